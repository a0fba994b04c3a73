//! Short and wrong ways to write words, and what they stand for.

use super::lexicon::is_title;

/// Words that are written with a full stop inside a sentence.
pub(super) fn is_abbreviation(low: &str) -> bool {
    is_title(low)
        || matches!(
            low,
            "st" | "no"
                | "vs"
                | "approx"
                | "dept"
                | "inc"
                | "ltd"
                | "co"
                | "etc"
                | "jan"
                | "feb"
                | "mar"
                | "apr"
                | "jun"
                | "jul"
                | "aug"
                | "sep"
                | "sept"
                | "oct"
                | "nov"
                | "dec"
                | "e.g"
                | "i.e"
                | "a.m"
                | "p.m"
                | "tel"
                | "resp"
                | "incl"
                | "fig"
                | "vol"
                | "mon"
                | "tue"
                | "tues"
                | "wed"
                | "thu"
                | "thur"
                | "thurs"
                | "fri"
                | "sat"
                | "sun"
                | "min"
                | "mins"
                | "hr"
                | "hrs"
        )
}

/// Whether the `'s` belongs to the word: `it's`, `let's`.
pub(super) fn is_contraction(low: &str) -> bool {
    matches!(
        low,
        "it's"
            | "he's"
            | "she's"
            | "that's"
            | "there's"
            | "here's"
            | "what's"
            | "who's"
            | "where's"
            | "how's"
            | "when's"
            | "let's"
            | "why's"
            | "this's"
            | "everything's"
            | "everyone's"
            | "one's"
    )
}

/// Whether what starts with a figure is a word in which the figure is spoken: `2moro`.
pub(super) fn sounds_out(low: &str) -> bool {
    matches!(low, "2moro" | "2morrow" | "2mrw" | "2nite" | "2night" | "2day" | "2gether")
}

/// The word that an abbreviation or a short spelling stands for.
pub(super) fn written_out(low: &str) -> String {
    let long = match low {
        "pls" | "plz" | "plse" | "pleez" | "pleas" | "plaese" | "plese" => "please",
        "thx" | "thnx" | "tnx" | "ty" | "cheers" => "thanks",
        "tmrw" | "tmr" | "tomo" | "tmoro" | "2moro" | "2morrow" | "2mrw" | "tmw" => "tomorrow",
        "w/" | "wiht" | "wth" => "with",
        "w/o" => "without",
        "mtg" => "meeting",
        "mtgs" => "meetings",
        "appt" => "appointment",
        "mk" => "make",
        "teh" | "hte" | "th" => "the",
        "proj" | "prj" => "project",
        "projs" => "projects",
        "msg" => "message",
        "u" | "yuo" => "you",
        "du" => "due",
        "mor" => "more",
        "cal" => "call",
        "tsk" => "task",
        "tsks" => "tasks",
        "qick" | "quik" => "quick",
        "wensday" | "wendsday" | "wednsday" | "wednesay" | "weds" => "wednesday",
        "thrusday" | "thurday" | "thursay" => "thursday",
        "tusday" | "teusday" | "tuesay" => "tuesday",
        "firday" | "fridy" | "frday" => "friday",
        "satruday" | "saterday" => "saturday",
        "febuary" | "febrary" => "february",
        "thsi" => "this",
        "tht" | "taht" => "that",
        "fro" => "for",
        "ont" => "not",
        "jsut" => "just",
        "abotu" | "abou" | "abt" => "about",
        "ur" => "your",
        "b4" => "before",
        "btw" => "by the way",
        "wk" => "week",
        "wks" => "weeks",
        "nxt" => "next",
        "thru" => "through",
        "yr" => "year",
        "yrs" => "years",
        "hr" => "hour",
        "hrs" => "hours",
        "min" | "mins" => "minutes",
        "org" | "organization" => "organisation",
        "incl" => "including",
        "re" => "re:",
        "dept" => "department",
        "e-mail" => "email",
        "e-mails" => "emails",
        "todo" | "to-do" => "to-do",
        "todos" | "to-dos" => "to-dos",
        "im" => "i'm",
        "dont" => "don't",
        "lets" => "let's",
        "id'" => "i'd",
        "rly" => "really",
        "cld" | "cud" => "could",
        "wld" | "wud" => "would",
        "shld" | "shud" => "should",
        "cn" | "cna" => "can",
        "ppl" => "people",
        "fwd" => "forward",
        "asst" => "assistant",
        "mgr" => "manager",
        "doc" => "document",
        "docs" => "documents",
        "pres" | "prezi" => "presentation",
        "bday" => "birthday",
        "r" => "are",
        "adn" | "n" | "nd" => "and",
        "2day" => "today",
        "2gether" => "together",
        "tonite" | "2nite" | "2night" => "tonight",
        "mon." => "monday",
        "gonna" => "going to",
        "wanna" => "want to",
        "gotta" => "got to",
        "afterward" => "afterwards",
        "ok" | "okay" => "ok",
        other => other,
    };
    long.to_owned()
}
