//! The provider's indirect resellers: those of Microsoft's example, and invented ones.

use uuid::Uuid;

use super::{
    people::{FIRST_UP, RELECLOUD},
    random::stable_uuid,
};

/// One partnership.
#[derive(Clone, Debug)]
pub(super) struct Reseller {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) mpn_id: String,
    /// ISO 3166-1 alpha-2.
    pub(super) location: &'static str,
    pub(super) state: &'static str,
    pub(super) agreement_signed: bool,
}

impl Reseller {
    fn invented(name: &str, location: &'static str, number: usize) -> Self {
        Self {
            id: stable_uuid(&format!("reseller {name}")),
            name: name.to_owned(),
            mpn_id: (5_100_000 + number * 37).to_string(),
            location,
            state: "Active",
            agreement_signed: true,
        }
    }

    pub(super) fn is_active(&self) -> bool {
        self.state == "Active"
    }
}

/// The resellers of a fresh world.
pub(super) fn default_resellers() -> Vec<Reseller> {
    let documented = [
        Reseller { id: FIRST_UP, mpn_id: "4847383".to_owned(), ..Reseller::invented("First Up Consultants", "US", 0) },
        Reseller { id: RELECLOUD, mpn_id: "4847433".to_owned(), ..Reseller::invented("ReleCloud", "BR", 0) },
    ];
    let invented = [
        ("Contoso AB", "SE"),
        ("Fabrikam Residences", "GB"),
        ("Adatum Corporation", "DE"),
        ("Alpine Ski House", "CH"),
        ("Bellows College", "IE"),
        ("Lamna Healthcare", "FR"),
        ("Litware Solutions", "PT"),
        ("Munson's Pickles & Preserves", "AU"),
        ("Northwind Traders", "CA"),
        ("Trey Research", "NL"),
        ("\u{141}\u{f3}d\u{17a} Cloud Us\u{142}ugi", "PL"),
    ];
    let invented = invented.iter().enumerate().map(|(number, (name, location))| {
        let mut reseller = Reseller::invented(name, location, number + 1);
        match *name {
            "Fabrikam Residences" => reseller.agreement_signed = false,
            "Trey Research" => reseller.state = "Inactive",
            _ => {}
        }
        reseller
    });
    documented.into_iter().chain(invented).collect()
}

/// `count` resellers for tests of scale, all active and signed. Names are made of three words and differ.
pub(super) fn many_resellers(count: usize) -> impl Iterator<Item = Reseller> {
    const FIRST: [&str; 12] = [
        "Amber", "Blue", "Cedar", "Delta", "Eastern", "Falcon", "Granite", "Harbor", "Indigo", "Juniper", "Kestrel",
        "Lunar",
    ];
    const SECOND: [&str; 10] =
        ["Bay", "Bridge", "Forest", "Gate", "Hill", "Lake", "Mountain", "River", "Valley", "Yard"];
    const THIRD: [&str; 6] = ["Cloud", "Consulting", "Networks", "Partners", "Systems", "Technology"];
    const LOCATIONS: [&str; 8] = ["US", "DE", "GB", "BR", "SE", "FR", "JP", "IN"];
    (0..count).map(|number| {
        let words = [
            FIRST[number % FIRST.len()],
            SECOND[number / FIRST.len() % SECOND.len()],
            THIRD[number / (FIRST.len() * SECOND.len()) % THIRD.len()],
        ];
        let round = number / (FIRST.len() * SECOND.len() * THIRD.len());
        let name = if round == 0 { words.join(" ") } else { format!("{} {}", words.join(" "), round + 1) };
        Reseller::invented(&name, LOCATIONS[number % LOCATIONS.len()], number + 1000)
    })
}
