//! An auditor on another machine gets one file, and needs nothing else.

use std::fs;

use crate::support::{Server, cairn, chain, folder};

#[tokio::test]
async fn one_file_proves_a_plan_on_a_machine_that_has_nothing_else() {
    let (home, elsewhere) = (folder(), folder());
    let server = Server::start(home.path());
    let plan = server.draft(chain("Evidence", 2)).await;
    server.approve_and_start(&plan).await;
    let id = plan["id"].as_str().unwrap();
    server.plan_until(id, |plan| plan["status"] == "completed").await;
    let (file, key) = (elsewhere.path().join("evidence.html"), elsewhere.path().join("public.pem"));
    fs::copy(home.path().join("audit/public.pem"), &key).unwrap();
    // beside the running server
    let (code, _, err) = cairn(home.path(), &["audit", "export", id, "--out", file.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(server.terminate(), Some(0));

    // the data folder that is named does not exist: nothing but the file is looked at
    let nowhere = elsewhere.path().join("nowhere");
    let verify = || {
        let (file, key) = (file.to_str().unwrap(), key.to_str().unwrap());
        cairn(&nowhere, &["audit", "verify-bundle", file, "--public-key", key])
    };
    let (code, out, err) = verify();
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("every hash as it was written") && !nowhere.exists(), "{out}");

    let page = fs::read_to_string(&file).unwrap();
    assert!(page.contains("<h1>Evidence</h1>") && page.contains("Plan approved"));
    fs::write(&file, page.replacen("Evidence 1", "Evidence 7", 1)).unwrap();
    let (code, _, err) = verify();
    assert_eq!(code, Some(5), "{err}");
    assert!(err.contains("proves nothing"), "{err}");

    fs::write(&file, &page).unwrap();
    fs::write(&key, audit::key::Key::generate().public().pem()).unwrap();
    let (code, _, err) = verify();
    assert_eq!(code, Some(5), "{err}");
    assert!(err.contains("does not vouch"), "{err}");
}
