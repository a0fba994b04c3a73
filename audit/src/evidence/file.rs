//! The file: a page with the evidence as JSON inside.
//!
//! The page is made from the evidence alone, so whoever checks it makes it again and compares: what people read is what
//! was proved.

use crate::evidence::{Evidence, Refusal, report};

const BEGIN: &str = "<script type=\"application/json\" id=\"evidence\">\n";
const END: &str = "\n</script>\n";

/// The deepest nesting of lists and objects within an event that a report shows is bound by the reader of JSON itself.
pub(super) fn write(evidence: &Evidence) -> String {
    let json = serde_json::to_string(evidence).expect("texts, numbers and lists are JSON");
    // within a page, `<` could end the script; escaped, the JSON says the same
    let json = json.replace('<', "\\u003c");
    report::page(evidence, &format!("{BEGIN}{json}{END}"))
}

pub(super) fn read(page: &str) -> Result<Evidence, Refusal> {
    let no = |what: &str| Refusal::NotEvidence(what.to_owned());
    let (_, rest) = page.split_once(BEGIN).ok_or_else(|| no("there is none inside"))?;
    let (json, _) = rest.split_once(END).ok_or_else(|| no("it is cut off"))?;
    serde_json::from_str(json).map_err(|error| Refusal::NotEvidence(error.to_string()))
}
