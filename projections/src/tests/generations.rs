//! The register: which build is live, which one is kept, and who comes too late.

use projections_store::Mode;

use super::place::{Place, facts};
use crate::{ModelError, generations::Generations, plan_list::PlanList, store::Definition};

facts![
    the_generation_before_is_kept_and_the_one_before_that_removed,
    swapping_back_exchanges_the_two,
    nothing_is_left_but_the_one_that_is_kept,
    of_two_who_replace_the_same_generation_one_is_fenced_off,
    an_interrupted_build_is_swept_away,
    the_cursor_key_stays,
];

fn register(place: &Place) -> (Generations, Definition) {
    (Generations::open(place.open()).unwrap(), Definition::of::<PlanList>())
}

async fn the_generation_before_is_kept_and_the_one_before_that_removed(place: Place) {
    let (generations, model) = register(&place);
    let mut made = Vec::new();
    for _ in 0..3 {
        let generation = generations.begin(&model).unwrap();
        drop((model.create)(generations.storage(), &generation, Mode::Live).unwrap());
        generations.promote(&model, &generation, made.last()).unwrap();
        made.push(generation);
    }
    assert_eq!(generations.live(&model).unwrap().as_ref(), made.get(2));
    assert_eq!(generations.previous(&model).unwrap().as_ref(), made.get(1));
    let is_there = |index: usize| (model.open)(generations.storage(), &made[index]).is_ok();
    assert!(!is_there(0) && is_there(1) && is_there(2));
}

async fn swapping_back_exchanges_the_two(place: Place) {
    let (generations, model) = register(&place);
    let first = generations.begin(&model).unwrap();
    generations.promote(&model, &first, None).unwrap();
    let second = generations.begin(&model).unwrap();
    generations.promote(&model, &second, Some(&first)).unwrap();
    generations.promote(&model, &first, Some(&second)).unwrap();
    assert_eq!(generations.live(&model).unwrap(), Some(first));
    assert_eq!(generations.previous(&model).unwrap(), Some(second));
}

async fn nothing_is_left_but_the_one_that_is_kept(place: Place) {
    let (generations, model) = register(&place);
    let mut made = Vec::new();
    for _ in 0..2 {
        let generation = generations.begin(&model).unwrap();
        drop((model.create)(generations.storage(), &generation, Mode::Live).unwrap());
        generations.promote(&model, &generation, made.last()).unwrap();
        made.push(generation);
    }
    let forgotten = super::build(&model, 9);
    drop((model.create)(generations.storage(), &forgotten, Mode::Live).unwrap());
    generations.keep_only(&model, &made[1]).unwrap();
    for gone in [&made[0], &forgotten] {
        assert!((model.open)(generations.storage(), gone).is_err(), "{gone}");
    }
    assert!((model.open)(generations.storage(), &made[1]).is_ok());
    assert_eq!(generations.live(&model).unwrap().as_ref(), made.get(1));
    assert_eq!(generations.previous(&model).unwrap(), None);
}

async fn of_two_who_replace_the_same_generation_one_is_fenced_off(place: Place) {
    let (generations, model) = register(&place);
    let first = generations.begin(&model).unwrap();
    generations.promote(&model, &first, None).unwrap();
    let (mine, theirs) = (generations.begin(&model).unwrap(), generations.begin(&model).unwrap());
    generations.promote(&model, &theirs, Some(&first)).unwrap();
    let fenced = generations.promote(&model, &mine, Some(&first)).unwrap_err();
    assert!(matches!(fenced, ModelError::Fenced { model: "plan_list" }));
    assert_eq!(generations.live(&model).unwrap(), Some(theirs));
}

async fn an_interrupted_build_is_swept_away(place: Place) {
    let (generations, model) = register(&place);
    let build = generations.begin(&model).unwrap();
    drop((model.create)(generations.storage(), &build, Mode::Load).unwrap());
    generations.sweep(&model).unwrap();
    assert!((model.open)(generations.storage(), &build).is_err());
    let next = generations.begin(&model).unwrap();
    assert_eq!(next.number, build.number);
}

async fn the_cursor_key_stays(place: Place) {
    let (generations, _) = register(&place);
    let key = generations.cursor_key().unwrap();
    drop(generations);
    assert_eq!(register(&place).0.cursor_key().unwrap(), key);
}
