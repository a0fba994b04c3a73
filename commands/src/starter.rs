//! The templates that come with Cairn: files that are part of the binary, put into the library when somebody asks.

use domain::{
    action::Catalogue,
    ids::{TemplateId, derive_uuid},
    template::{CreateTemplate, Included, TemplateCommand, TemplateRefusal, TemplateSource},
};

use crate::{CommandError, Commands, Envelope, template_file};

/// The files, by the name that each has in the starter library.
const FILES: [(&str, &str); 9] = [
    ("project-launch", include_str!("../starter/project-launch.yaml")),
    ("follow-up", include_str!("../starter/follow-up.yaml")),
    ("idea-to-project", include_str!("../starter/idea-to-project.yaml")),
    ("onboarding", include_str!("../starter/onboarding.yaml")),
    ("release", include_str!("../starter/release.yaml")),
    ("event", include_str!("../starter/event.yaml")),
    ("weekly-review", include_str!("../starter/weekly-review.yaml")),
    ("hiring", include_str!("../starter/hiring.yaml")),
    ("post-mortem", include_str!("../starter/post-mortem.yaml")),
];

/// What came of putting the starter library into the library.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StarterAdded {
    /// Those that were not there yet.
    pub added: Vec<TemplateId>,
    /// The place of the last in the log; 0 when all were there.
    pub position: u64,
}

impl Commands {
    /// Puts the templates that come with Cairn into the library, as far as they are not there. Asked again, it adds none
    /// that somebody retired or changed since.
    pub async fn add_starter_templates(
        &self,
        envelope: &Envelope,
    ) -> Result<StarterAdded, CommandError<TemplateRefusal>> {
        let mut done = StarterAdded::default();
        for (name, create) in starter(self.plans.catalogue()) {
            let id = starter_id(&envelope.tenant, name);
            let key = envelope.key.as_ref().map(|given| format!("{given}/starter/{name}"));
            let envelope = Envelope { key, expected: None, ..envelope.clone() };
            match self.templates.execute(&id, TemplateCommand::Create(Box::new(create)), envelope).await {
                Ok(committed) => {
                    done.added.push(id);
                    done.position = committed.position.get();
                }
                Err(CommandError::Refused(TemplateRefusal::AlreadyExists)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }
}

/// Reads the files. A test sees to it that all of them are templates.
fn starter(catalogue: &Catalogue) -> Vec<(&'static str, CreateTemplate)> {
    let read = |(name, text): (&'static str, &'static str)| {
        let (details, content) = template_file::read(text, catalogue).ok()?;
        let source = TemplateSource::Starter { name: name.to_owned() };
        Some((name, CreateTemplate { details, content, source, included: Included::new() }))
    };
    FILES.into_iter().filter_map(read).collect()
}

/// The id is made from the name, so that a template is there once.
fn starter_id(tenant: &str, name: &str) -> TemplateId {
    TemplateId::new(derive_uuid(chrono::DateTime::UNIX_EPOCH, &format!("{tenant}/starter-template/{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_template() {
        for (name, text) in FILES {
            let read = template_file::read(text, Catalogue::builtin());
            assert!(read.is_ok(), "{name}: {}", read.err().map(|bad| bad.to_string()).unwrap_or_default());
        }
        assert_eq!(starter(Catalogue::builtin()).len(), FILES.len());
    }
}
