//! What a browser makes of a page, by a tokenizer that follows the WHATWG's specification: a tree is a function of its
//! tags and their attributes, so that two pages with the same ones have the same tree.

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// Elements that a text may break into pieces: they mark where a line may be broken.
const BREAKS: &[u8] = b"wbr";

/// Tags with the names of their attributes, in order; what they say is left out.
pub(crate) fn skeleton(html: &str) -> Vec<String> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut skeleton = Vec::new();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) if tag.name.as_slice() != BREAKS => {
                let mut line = format!("<{}", String::from_utf8_lossy(&tag.name));
                for name in tag.attributes.keys() {
                    line.push(' ');
                    line.push_str(&String::from_utf8_lossy(name));
                }
                skeleton.push(line);
            }
            Token::EndTag(tag) if tag.name.as_slice() != BREAKS => {
                skeleton.push(format!("</{}", String::from_utf8_lossy(&tag.name)));
            }
            Token::Doctype(_) => skeleton.push("<!doctype".to_owned()),
            Token::Comment(comment) => skeleton.push(format!("<!--{} bytes", comment.len())),
            Token::StartTag(_) | Token::EndTag(_) | Token::String(_) | Token::Error(_) => {}
        }
    }
    skeleton
}

/// Where two pages part, for the message of a failed test.
pub(crate) fn difference(one: &[String], other: &[String]) -> String {
    let at = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    format!("at tag {at} of {} and {}: {:?} and {:?}", one.len(), other.len(), one.get(at), other.get(at))
}

/// What no page of ours may hold, whatever else differs.
pub(crate) fn has_foreign_parts(html: &str) -> Option<String> {
    skeleton(html).into_iter().find(|tag| {
        let mut words = tag.split(' ');
        let name = words.next().unwrap_or_default();
        name.contains("x-hostile")
            || words.any(|attribute| attribute.starts_with("on") || attribute.contains("hostile"))
    })
}
