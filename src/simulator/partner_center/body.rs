//! Request bodies: property names without regard to case, explicit nulls and unknown fields accepted.

use serde_json::Value;

use super::answer::Refusal;

/// A JSON object with its property names in lower case.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct JsonBody(Value);

impl JsonBody {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(properties)) => Ok(Self(lower_case(Value::Object(properties)))),
            _ => Err(Refusal::bad_property("body", "The request body must be a JSON object.")),
        }
    }

    pub(super) fn root(&self) -> Node<'_> {
        Node(Some(&self.0))
    }

    pub(super) fn into_value(self) -> Value {
        self.0
    }
}

fn lower_case(value: Value) -> Value {
    match value {
        Value::Object(properties) => {
            properties.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), lower_case(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(lower_case).collect(),
        other => other,
    }
}

/// A place in the body; what is not there is like null.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a>(Option<&'a Value>);

impl Node<'_> {
    /// A property; its name in any case.
    pub(super) fn get(self, name: &str) -> Self {
        Self(self.0.and_then(|value| value.get(name.to_ascii_lowercase())).filter(|value| !value.is_null()))
    }

    pub(super) fn is_there(self) -> bool {
        self.0.is_some()
    }

    /// A text. Numbers and truth values are taken as text, as the service's JSON library does.
    pub(super) fn text(self, name: &str) -> Result<Option<String>, Refusal> {
        match self.get(name).0 {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(other.to_string())),
            Some(_) => Err(Refusal::bad_property(name, format!("{name} must be a string."))),
        }
    }

    /// A text that is more than blanks.
    pub(super) fn filled(self, name: &str) -> Result<Option<String>, Refusal> {
        Ok(self.text(name)?.filter(|text| !text.trim().is_empty()))
    }

    pub(super) fn truth(self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.get(name).0 {
            None => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(*truth)),
            Some(_) => Err(Refusal::bad_property(name, format!("{name} must be true or false."))),
        }
    }
}
