//! The error codes of Partner Center that can be had on demand: by a fault script
//! (`{"operation": "create_customer", "kind": "refusal", "code": "600051"}`), or, of a create, by a company name that begins
//! with `Refused` and the code. `GET /_simulator/codes` lists them. Written from Microsoft's list of codes, and from what
//! people have reported.

use http::StatusCode;
use serde::Serialize;

use super::{operation::Operation, partner_center::answer::Refusal};

/// A company whose name begins so is refused with the code that follows; a third word names a property.
const REFUSED: &str = "Refused ";

/// A code, and where it is met.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RefusalCode {
    /// The code; empty for answers without one.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What is answered so.
    pub operations: &'static [Operation],
    /// The service's words.
    pub description: &'static str,
}

const fn code(
    operations: &'static [Operation],
    status: u16,
    code: &'static str,
    description: &'static str,
) -> RefusalCode {
    RefusalCode { code, status, operations, description }
}

use Operation::{Address, AgreementStatus, CreateCustomer, Domain, RecordAgreement, Relationships, ResetPassword};

const CREATE: &[Operation] = &[CreateCustomer];
const ACTS: &[Operation] = &[RecordAgreement, ResetPassword];
const WRITES: &[Operation] = &[CreateCustomer, RecordAgreement, ResetPassword];
const CALLS: &[Operation] = &[CreateCustomer, RecordAgreement, ResetPassword, Relationships];

/// All that can be had.
pub static CODES: &[RefusalCode] = &[
    code(CREATE, 400, "600002", "Organization registration id is not accepted for the country."),
    code(CREATE, 400, "600049", "Organization registration id information is missing."),
    code(CREATE, 400, "600050", "Organization registration id format is invalid. Expected format: ^[0-9]{14}$"),
    code(CREATE, 400, "600051", "The phone number is missing."),
    code(CREATE, 403, "2030", "The partner is not authorized to sell in the country."),
    code(CREATE, 400, "20000", "Current country not supported."),
    code(CREATE, 409, "1003", "A conflict occurred while the tenant was created."),
    code(CREATE, 400, "4002", "State Dubai in not valid in country AE."),
    code(CREATE, 400, "27002", "The property has invalid data."),
    code(CREATE, 400, "3000", "The property has an invalid value."),
    code(CREATE, 400, "800002", "The request is invalid."),
    code(CREATE, 400, "900126", "The value is not a member of the enumeration."),
    code(CREATE, 400, "2007", "The address is invalid."),
    code(CREATE, 403, "900123", "The indirect reseller has not accepted the Microsoft Partner Agreement."),
    code(CREATE, 403, "900124", "The partner has not accepted the Microsoft Partner Agreement."),
    code(CREATE, 404, "800015", "The partner was not found."),
    code(CREATE, 400, "800016", "The partner id is not that of an indirect reseller."),
    code(CREATE, 404, "2072", "The partner id cannot be a partner of record."),
    code(CREATE, 400, "900154", "The location is not linked to an active indirect reseller tenant."),
    code(CREATE, 403, "800039", "The program enrollment of the reseller is not active."),
    code(CREATE, 403, "900149", "The program enrollment is not active."),
    code(CREATE, 400, "800018", "The limit of the integration sandbox was reached."),
    code(CREATE, 403, "600006", "The requested action is not allowed."),
    code(CREATE, 417, "800036", "A precondition is not met."),
    code(CREATE, 404, "1000", "The resource was not found."),
    code(CREATE, 400, "2203", "The partner has not signed the agreement."),
    code(CREATE, 400, "2206", "The partner has not signed the agreement."),
    code(WRITES, 403, "2032", "Access denied."),
    code(WRITES, 403, "900150", "The role of the user does not permit the operation."),
    code(WRITES, 403, "900308", "The caller has insufficient permissions."),
    code(WRITES, 400, "800042", "Not supported."),
    code(WRITES, 400, "900127", "Not supported in this environment."),
    code(WRITES, 400, "900141", "The operation is not supported."),
    code(CALLS, 403, "1002", "Authorization Failed"),
    code(CALLS, 403, "90000", "A token could not be issued on behalf of the caller."),
    code(CALLS, 403, "900309", "A Conditional Access policy prevented the token from being issued."),
    code(CALLS, 403, "900329", "The operation does not support app-only tokens."),
    code(CALLS, 401, "900421", "The token carries no proof of multifactor authentication."),
    code(CALLS, 401, "10001", "MFA required."),
    code(CALLS, 401, "900420", "The audience of the token is not accepted."),
    code(CALLS, 401, "400", "Unauthorized."),
    code(CALLS, 401, "800001", "The partner token is missing."),
    code(CALLS, 405, "1001", "The method is not supported for the resource."),
    code(CALLS, 500, "800003", "An unexpected failure occurred."),
    code(CALLS, 500, "900192", "An unspecified failure occurred. Try again later."),
    code(CALLS, 501, "0", "An unmapped exception occurred."),
    code(&[RecordAgreement], 409, "600061", "The agreement has already been confirmed with this contact."),
    code(&[RecordAgreement], 400, "27002", "The property has invalid data."),
    code(&[RecordAgreement], 400, "3000", "The property has an invalid value."),
    code(&[RecordAgreement], 400, "800002", "The request is invalid."),
    code(&[ResetPassword], 404, "60002", "The user was not found."),
    code(ACTS, 403, "20002", "The partner has no relationship with the customer."),
    code(ACTS, 404, "60003", "The tenant was not found."),
    code(ACTS, 404, "1000", "No customer with the tenant id was found."),
    code(ACTS, 400, "900118", "The customer id is not valid."),
    code(ACTS, 403, "900416", "The customer account is locked."),
    code(ACTS, 403, "800073", "The customer account is under review."),
    code(ACTS, 403, "800074", "The customer account is under review."),
    code(ACTS, 403, "800075", "The customer account was rejected."),
    code(&[AgreementStatus], 400, "2000", "tenantId must be a GUID."),
    code(&[AgreementStatus], 400, "2001", "Either mpnId or tenantId must be given."),
    code(&[AgreementStatus], 400, "2200", "There is no such partner account."),
    code(&[AgreementStatus], 400, "2201", "The partner is in another region."),
    code(&[AgreementStatus], 400, "2203", "The partner has not signed the agreement."),
    code(&[AgreementStatus], 400, "2204", "The partner is not enrolled."),
    code(&[AgreementStatus], 400, "2205", "There is no account with the tenant id."),
    code(&[AgreementStatus], 400, "2206", "The account has not signed the agreement."),
    code(&[Domain], 400, "", ""),
    code(&[Address], 400, "2007", "The address is invalid."),
    code(&[Address], 400, "60071", "The postal code and the city do not agree."),
    code(&[CreateCustomer, Relationships], 429, "", "Rate limit is exceeded. Try again in 57 seconds."),
    code(ACTS, 429, "", "Rate limit is exceeded. Try again in 57 seconds."),
    code(&[CreateCustomer, RecordAgreement], 400, "", ""),
    code(WRITES, 403, "", ""),
    code(WRITES, 404, "", "Resource not found"),
    code(CREATE, 422, "", ""),
    code(CREATE, 409, "", ""),
    code(CALLS, 401, "", ""),
    code(&[Relationships], 403, "", ""),
];

/// The refusal with a code, as the operation's service words it; a code that is not in the list is refused with 400.
pub(super) fn refusal(operation: Operation, wanted: &str, property: Option<&str>) -> Refusal {
    let fits = |code: &&RefusalCode| code.code == wanted;
    let known =
        CODES.iter().filter(fits).find(|code| code.operations.contains(&operation)).or_else(|| CODES.iter().find(fits));
    let status = known.map_or(400, |known| known.status);
    with_code(status, wanted, known.map_or("A scripted refusal.", |known| known.description), property)
}

fn with_code(status: u16, code: &str, description: &str, property: Option<&str>) -> Refusal {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let Ok(number) = code.parse() else {
        // Without a code it is the gateway in front of the services that answers, or nobody says a word.
        return if description.is_empty() { Refusal::empty(status) } else { Refusal::gateway(status, description) };
    };
    let refusal = match code {
        "600061" => Refusal::customer_service(status, number, "PartnerConfirmedAgreementAlreadyExists", description),
        _ => Refusal::classic(status, number, description),
    };
    property.into_iter().fold(refusal, Refusal::about)
}

/// What a company of this name is refused with.
pub(super) fn refusal_by_name(company_name: &str) -> Option<Refusal> {
    let mut words = company_name.strip_prefix(REFUSED)?.split_whitespace();
    let code = words.next().filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(refusal(Operation::CreateCustomer, code, words.next()))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// Numbers that stand in a file as the code of a refusal.
    fn codes_in(source: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for call in ["Refusal::classic(", "refuse(", "Refusal::customer_service("] {
            for rest in source.split(call).skip(1) {
                let arguments: String = rest.chars().take(120).collect();
                let arguments = arguments.split('"').next().unwrap_or_default();
                for word in arguments.split(|sign: char| !(sign.is_ascii_digit() || sign == '_')) {
                    let digits = word.replace('_', "");
                    if digits.len() >= 4 {
                        found.insert(digits);
                    }
                }
            }
        }
        found
    }

    #[test]
    fn every_code_that_the_sources_answer_with_is_in_the_list() {
        let listed: BTreeSet<&str> = CODES.iter().map(|code| code.code).collect();
        let mut folders = vec![Path::new("src/simulator/partner_center").to_path_buf()];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                for code in codes_in(&fs::read_to_string(&path).unwrap()) {
                    assert!(listed.contains(code.as_str()), "{code} of {} is not in CODES", path.display());
                    seen += 1;
                }
            }
        }
        assert!(seen > 15, "the sources are not read as they are written: {seen}");
    }

    #[test]
    fn a_company_name_asks_for_a_refusal() {
        assert_eq!(refusal_by_name("Wingtip Toys"), None);
        assert_eq!(refusal_by_name("Refused Toys"), None);
        let refusal = refusal_by_name("Refused 27002 PostalCode").unwrap();
        assert_eq!(refusal.status, 400);
        assert_ne!(Some(refusal), refusal_by_name("Refused 27002"));
    }
}
