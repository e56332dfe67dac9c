//! The query parameter `filter`: URL-encoded JSON.

use serde::Deserialize;

use super::answer::Refusal;

/// `{"Field":"CompanyName","Value":"cont","Operator":"starts_with"}`, names in any of the usual cases.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Filter {
    #[serde(rename = "Field", alias = "field")]
    field: String,
    #[serde(rename = "Value", alias = "value")]
    value: String,
    #[serde(rename = "Operator", alias = "operator")]
    operator: String,
}

impl Filter {
    /// Reads it. Only the given fields and operators are taken.
    pub(super) fn read(text: &str, fields: &[&str], operators: &[&str]) -> Result<Self, Refusal> {
        let refuse = |what: &str| Refusal::bad_property("filter", format!("{what} of the filter is not supported."));
        let filter: Self = serde_json::from_str(text).map_err(|_| refuse("The JSON"))?;
        if !fields.contains(&filter.field.as_str()) {
            return Err(refuse("The field"));
        }
        if !operators.contains(&filter.operator.as_str()) {
            return Err(refuse("The operator"));
        }
        Ok(filter)
    }

    pub(super) fn field(&self) -> &str {
        &self.field
    }

    /// Whether the value of the field fits, without regard to case.
    pub(super) fn fits(&self, value: &str) -> bool {
        let (value, wanted) = (value.to_lowercase(), self.value.to_lowercase());
        match self.operator.as_str() {
            "equals" => value == wanted,
            "substring" => value.contains(&wanted),
            _ => value.starts_with(&wanted),
        }
    }
}
