//! An address as the lines of an envelope, in the country's order.

use super::{CountryRules, NewCustomer, NewCustomerForm, cut};

/// What an envelope shows.
struct Envelope<'a> {
    company: &'a str,
    contact: String,
    line1: &'a str,
    line2: &'a str,
    line3: &'a str,
    district: &'a str,
    city: &'a str,
    state: &'a str,
    postal_code: &'a str,
}

impl NewCustomer {
    /// The address as on an envelope, the country at its end.
    pub fn formatted_address(&self, rules: &CountryRules) -> Vec<String> {
        let address = &self.default_address;
        let envelope = Envelope {
            company: &self.company_name,
            contact: full_name(&address.first_name, address.middle_name.as_deref(), &address.last_name),
            line1: &address.address_line1,
            line2: address.address_line2.as_deref().unwrap_or_default(),
            line3: address.address_line3.as_deref().unwrap_or_default(),
            district: address.district.as_deref().unwrap_or_default(),
            city: address.city.as_deref().unwrap_or_default(),
            state: address.state.as_deref().unwrap_or_default(),
            postal_code: address.postal_code.as_deref().unwrap_or_default(),
        };
        envelope.lines(rules)
    }
}

impl NewCustomerForm {
    /// What was typed so far as on an envelope, the country at its end; lines without anything are left out.
    pub fn formatted_address(&self, rules: &CountryRules) -> Vec<String> {
        let envelope = Envelope {
            company: self.company_name.trim(),
            contact: full_name(
                self.first_name.trim(),
                rules.has_middle_names.then_some(self.middle_name.trim()),
                self.last_name.trim(),
            ),
            line1: self.address_line1.trim(),
            line2: self.address_line2.trim(),
            line3: self.address_line3.trim(),
            district: self.district.trim(),
            city: self.city.trim(),
            state: self.state.trim(),
            postal_code: self.postal_code.trim(),
        };
        envelope.lines(rules)
    }
}

fn full_name(first: &str, middle: Option<&str>, last: &str) -> String {
    let middle = middle.filter(|name| !name.is_empty());
    let names: Vec<&str> = [first].into_iter().chain(middle).chain([last]).collect();
    names.join(" ").trim().to_owned()
}

impl Envelope<'_> {
    fn lines(&self, rules: &CountryRules) -> Vec<String> {
        let mut lines = Vec::new();
        let mut rest = Some(rules.address_format.as_str());
        while let Some(formats) = rest {
            let (format, next) = cut(formats, "%n").map_or((formats, None), |(format, next)| (format, Some(next)));
            rest = next;
            match format {
                "%A" => lines.extend([self.line1, self.line2, self.line3].map(str::to_owned)),
                _ => lines.push(self.line(format, rules)),
            }
        }
        lines.push(rules.country_name.clone());
        lines.retain(|line| !line.is_empty());
        lines
    }

    /// Fills in one line. Words between two fields are written when both are there, words before the first field
    /// ("SE-%Z") when that field is; so an empty field leaves no comma behind.
    fn line(&self, format: &str, rules: &CountryRules) -> String {
        let mut parts = format.split('%');
        let mut words = parts.next().unwrap_or_default();
        let mut line = String::new();
        let mut fields = 0;
        for part in parts {
            let mut rest = part.chars();
            let value = self.value(rest.next(), format, rules);
            fields += 1;
            if value.is_empty() {
                words = rest.as_str();
                continue;
            }
            if fields == 1 || !line.is_empty() {
                line.push_str(words);
            }
            line.push_str(&value);
            words = rest.as_str();
        }
        if fields == 0 { words.to_owned() } else { line }
    }

    fn value(&self, token: Option<char>, format: &str, rules: &CountryRules) -> String {
        match token {
            Some('N') => self.contact.clone(),
            Some('O') => self.company.to_owned(),
            Some('A') => [self.line1, self.line2, self.line3].join(" ").trim().to_owned(),
            Some('D') if rules.shows(super::Field::District) => self.district.to_owned(),
            Some('C') if rules.shows(super::Field::City) => self.city.to_owned(),
            Some('S') => self.state(format, rules).to_owned(),
            Some('Z') if rules.postal_code_label.is_some() => self.postal_code.to_owned(),
            _ => String::new(),
        }
    }

    /// Beside the city the short form that is sent ("Redmond, WA 98052"), on a line of its own the name.
    fn state<'a>(&'a self, format: &str, rules: &'a CountryRules) -> &'a str {
        let Some(rule) = &rules.state else { return "" };
        let known = rule.options.iter().find(|option| option.value.eq_ignore_ascii_case(self.state));
        match known {
            Some(option) if cut(format, "%C").is_some() => &option.value,
            Some(option) => &option.label,
            None => self.state,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        StateRule,
        testing::{choice, united_states, wingtip_toys},
    };

    #[test]
    fn an_american_envelope() {
        let expected = ["Gena Soto", "Wingtip Toys", "One Microsoft Way", "Redmond, WA 98052", "United States"];
        assert_eq!(wingtip_toys().formatted_address(&united_states()), expected);
        let customer = wingtip_toys().parse(&united_states()).unwrap();
        assert_eq!(customer.formatted_address(&united_states()), expected);
    }

    #[test]
    fn empty_fields_leave_no_signs_behind() {
        let rules = united_states();
        let last_line = |city: &str, state: &str, postal_code: &str| {
            let form = NewCustomerForm {
                city: city.to_owned(),
                state: state.to_owned(),
                postal_code: postal_code.to_owned(),
                ..Default::default()
            };
            form.formatted_address(&rules).first().cloned().unwrap()
        };
        assert_eq!(last_line("Redmond", "", "98052"), "Redmond 98052");
        assert_eq!(last_line("Redmond", "WA", ""), "Redmond, WA");
        assert_eq!(last_line("", "WA", "98052"), "WA 98052");
        assert_eq!(last_line("", "", "98052"), "98052");
        assert_eq!(NewCustomerForm::default().formatted_address(&rules), ["United States"]);
    }

    #[test]
    fn words_before_the_first_field_go_with_it() {
        let rules = CountryRules { address_format: "%O%n%N%n%A%nSE-%Z %C".to_owned(), ..united_states() };
        let form = NewCustomerForm { city: "Solna".to_owned(), ..Default::default() };
        assert_eq!(form.formatted_address(&rules), ["Solna", "United States"]);
        let form = NewCustomerForm { postal_code: "171 75".to_owned(), ..form };
        assert_eq!(form.formatted_address(&rules), ["SE-171 75 Solna", "United States"]);
    }

    #[test]
    fn a_state_on_a_line_of_its_own_is_written_out() {
        let rules = CountryRules {
            address_format: "%N%n%O%n%A%n%S".to_owned(),
            state: Some(StateRule {
                label: "Emirate".to_owned(),
                required: true,
                options: vec![choice("DU", "Dubai")],
            }),
            ..united_states()
        };
        let form = NewCustomerForm { state: "DU".to_owned(), address_line2: "Floor 2".to_owned(), ..wingtip_toys() };
        let lines = form.formatted_address(&rules);
        assert_eq!(lines, ["Gena Soto", "Wingtip Toys", "One Microsoft Way", "Floor 2", "Dubai", "United States"]);
    }
}
