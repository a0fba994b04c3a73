import { Button, FileButton } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAddStarter, useImportTemplate } from "@/api/templates";
import { announce } from "@/design/announcer";
import { ProblemNote } from "@/design/problem-note";
import { fileText } from "./file-text";
import css from "./templates.module.css";

/** Other ways into the library than saving a plan: a file, and what comes with Cairn. */
export function BringIn() {
  const starter = useAddStarter();
  const bring = useImportTemplate();
  const navigate = useNavigate();
  const [noText, setNoText] = useState<string>();
  const read = async (file: File | null) => {
    if (file === null) {
      return;
    }
    const held = fileText(new Uint8Array(await file.arrayBuffer()));
    setNoText("line" in held ? `${file.name}, line ${held.line}, is no text in UTF-8` : undefined);
    if ("line" in held) {
      bring.reset();
      return;
    }
    bring.mutate(held.text, {
      onSuccess: ({ template_id }) => {
        announce("The template is imported");
        void navigate({ to: "/templates/$templateId", params: { templateId: template_id } });
      },
    });
  };
  return (
    <>
      <div className={css.buttons}>
        <FileButton
          accept=".yaml,.yml,.json"
          onChange={(file) => void read(file)}
          inputProps={{ "aria-label": "Template file" }}
        >
          {(props) => (
            <Button {...props} variant="default" loading={bring.isPending}>
              Import a file…
            </Button>
          )}
        </FileButton>
        <Button
          variant="default"
          loading={starter.isPending}
          onClick={() =>
            starter.mutate(undefined, {
              onSuccess: ({ added }) => announce(`${added.length} templates were added`),
            })
          }
        >
          Add the starter library
        </Button>
      </div>
      <ProblemNote problem={noText && new Error(noText)} doing="import the file" />
      <ProblemNote problem={bring.error} doing="import the file" />
      <ProblemNote problem={starter.error} doing="add the starter library" />
    </>
  );
}
