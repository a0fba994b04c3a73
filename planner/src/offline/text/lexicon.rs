//! The words the offline planner knows: words without content, abbreviations, numbers.

pub(super) fn words(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

/// The words of the file that misspelt words are read as.
pub(super) fn keywords() -> impl Iterator<Item = &'static str> {
    words(include_str!("../../../lexicon/keywords.txt"))
}

/// Words that stand before a noun.
pub fn is_determiner(low: &str) -> bool {
    matches!(
        low,
        "a" | "an"
            | "the"
            | "this"
            | "that"
            | "these"
            | "those"
            | "my"
            | "our"
            | "your"
            | "his"
            | "her"
            | "its"
            | "their"
            | "some"
            | "any"
            | "all"
            | "every"
            | "each"
            | "another"
            | "both"
            | "no"
            | "one's"
            | "'s"
    )
}

/// Words that stand for somebody or something.
pub fn is_pronoun(low: &str) -> bool {
    matches!(
        low,
        "it" | "them"
            | "him"
            | "her"
            | "me"
            | "us"
            | "you"
            | "he"
            | "she"
            | "they"
            | "we"
            | "i"
            | "this"
            | "that"
            | "these"
            | "those"
            | "everyone"
            | "everybody"
            | "someone"
            | "somebody"
            | "both"
            | "one"
            | "ones"
            | "each"
            | "everything"
            | "anything"
            | "something"
            | "nothing"
            | "myself"
            | "themselves"
            | "himself"
            | "herself"
    )
}

/// Words that tell how things lie to each other.
pub fn is_preposition(low: &str) -> bool {
    matches!(
        low,
        "of" | "in"
            | "on"
            | "at"
            | "by"
            | "for"
            | "with"
            | "from"
            | "to"
            | "into"
            | "about"
            | "over"
            | "under"
            | "after"
            | "before"
            | "during"
            | "between"
            | "among"
            | "through"
            | "against"
            | "without"
            | "within"
            | "until"
            | "till"
            | "towards"
            | "toward"
            | "regarding"
            | "concerning"
            | "re:"
            | "via"
            | "per"
            | "than"
            | "as"
            | "onto"
            | "upon"
            | "around"
    )
}

/// Words without content of their own: nothing is found by them.
pub fn is_function_word(low: &str) -> bool {
    is_determiner(low)
        || is_pronoun(low)
        || is_preposition(low)
        || matches!(
            low,
            "and"
                | "or"
                | "but"
                | "nor"
                | "so"
                | "if"
                | "when"
                | "while"
                | "where"
                | "which"
                | "who"
                | "whom"
                | "whose"
                | "what"
                | "why"
                | "how"
                | "because"
                | "since"
                | "although"
                | "though"
                | "unless"
                | "once"
                | "then"
                | "also"
                | "too"
                | "just"
                | "only"
                | "very"
                | "really"
                | "quite"
                | "please"
                | "not"
                | "is"
                | "are"
                | "was"
                | "were"
                | "be"
                | "been"
                | "being"
                | "am"
                | "has"
                | "have"
                | "had"
                | "do"
                | "does"
                | "did"
                | "will"
                | "would"
                | "shall"
                | "should"
                | "can"
                | "could"
                | "may"
                | "might"
                | "must"
                | "there"
                | "here"
                | "now"
                | "still"
                | "already"
                | "again"
                | "up"
                | "down"
                | "out"
                | "off"
                | "back"
                | "away"
                | "plus"
                | "that's"
                | "it's"
                | "i'm"
                | "we're"
                | "he's"
                | "she's"
                | "they're"
                | "i'd"
                | "we'd"
                | "i'll"
                | "we'll"
                | "let's"
                | "don't"
                | "doesn't"
                | "didn't"
                | "isn't"
                | "aren't"
                | "can't"
                | "won't"
                | "i've"
                | "we've"
                | "there's"
                | "what's"
                | "who's"
                | "you're"
        )
}

/// Adverbs that may stand between the words of any way of saying something: "I *still* owe her an answer".
pub(super) fn is_aside(low: &str) -> bool {
    matches!(
        low,
        "still"
            | "just"
            | "also"
            | "really"
            | "finally"
            | "simply"
            | "kindly"
            | "please"
            | "already"
            | "definitely"
            | "certainly"
            | "probably"
            | "perhaps"
            | "maybe"
            | "quickly"
            | "absolutely"
            | "surely"
            | "actually"
            | "currently"
            | "apparently"
            | "unfortunately"
            | "sadly"
            | "clearly"
            | "basically"
            | "honestly"
            | "obviously"
            | "now"
    )
}

/// The sorts of thing a request makes, one or many: `task`, `to-dos`, `milestones`.
pub fn is_object_noun(low: &str) -> bool {
    super::super::read::nouns::Noun::of(low).is_some()
}

/// Ways to address somebody, before a last name.
pub fn is_title(low: &str) -> bool {
    matches!(
        low,
        "mr" | "mrs" | "ms" | "miss" | "mx" | "dr" | "prof" | "professor" | "herr" | "frau" | "sir" | "madam" | "señor"
    )
}

/// The number a word or figure says: `three`, `a`, `12`, `dozen`.
pub fn number_word(low: &str) -> Option<u32> {
    let number = match low {
        "a" | "an" | "one" | "single" => 1,
        "two" | "couple" | "pair" | "both" => 2,
        "three" | "few" | "several" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" | "dozen" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "eighteen" => 18,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fortyfive" | "forty-five" => 45,
        "fifty" => 50,
        "sixty" => 60,
        "ninety" => 90,
        digits => return digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit())),
    };
    Some(number)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::base_form;

    #[rstest]
    #[case("booking", Some("book"))]
    #[case("choosing", Some("choose"))]
    #[case("planned", Some("plan"))]
    #[case("tidies", Some("tidy"))]
    #[case("sent", Some("send"))]
    #[case("table", None)]
    fn forms_lead_to_their_verb(#[case] form: &str, #[case] base: Option<&str>) {
        assert_eq!(base_form(form), base);
    }

    #[test]
    fn numbers_are_read_in_words_and_figures() {
        assert_eq!(number_word("twelve"), Some(12));
        assert_eq!(number_word("45"), Some(45));
        assert_eq!(number_word("3rd"), None);
    }
}
