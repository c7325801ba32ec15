//! Families that make sense: who lives under one roof, how old, what each can do.

use chrono::Datelike;

use crate::base::codes::{Education, LabourSkill, RelationToHead};
use crate::base::identity::{IdNumber, complete_id_number};
use crate::base::time::{Day, age_on};

use super::draw::{Draw, scattered};
use super::names::{Line, People};

/// One member of a household.
pub(super) struct Member {
    pub relation: RelationToHead,
    pub male: bool,
    pub age: i64,
    pub birth: Day,
    pub id_number: Option<IdNumber>,
    pub name: String,
    pub people: People,
    /// `None` for children and students, whose schooling stands in `school`.
    pub education: Option<Education>,
    pub school: &'static str,
    pub health: &'static str,
    pub labour: LabourSkill,
}

impl Member {
    pub(super) fn is_at_school(&self) -> bool {
        self.education.is_none()
    }

    /// Counts as labour and is below the age at which work ends.
    pub(super) fn is_labourer(&self) -> bool {
        let limit = if self.male { 60 } else { 55 };
        self.labour.counts_as_labour() && (16..limit).contains(&self.age)
    }
}

/// A place at the table before it has a name.
struct Seat {
    relation: RelationToHead,
    male: bool,
    age: i64,
    kin: Kin,
}

/// Whose way of naming a member follows.
#[derive(Clone, Copy, PartialEq)]
enum Kin {
    /// Of the head's line;
    Own,
    /// A child of the household.
    Child,
    /// Married in, with a line of their own.
    In,
}

fn seat(relation: RelationToHead, male: bool, age: i64, kin: Kin) -> Seat {
    Seat {
        relation,
        male,
        age: age.clamp(0, 94),
        kin,
    }
}

fn seats(draw: &mut Draw) -> Vec<Seat> {
    let head_male = draw.chance(84);
    match draw.weighted(&[40, 22, 23, 6, 4, 5]) {
        0 => couple_with_children(head_male, draw),
        1 => with_parents(head_male, draw),
        2 => with_married_child(head_male, draw),
        3 => one_parent(draw),
        4 => {
            let age = draw.between(48, 74);
            vec![head(head_male, age), spouse(head_male, age, draw)]
        }
        _ => vec![head(draw.chance(60), draw.between(62, 84))],
    }
}

fn head(male: bool, age: i64) -> Seat {
    seat(RelationToHead::Head, male, age, Kin::Own)
}

fn spouse(head_male: bool, age: i64, draw: &mut Draw) -> Seat {
    let older = if head_male {
        draw.between(-6, 2)
    } else {
        draw.between(-2, 6)
    };
    seat(RelationToHead::Spouse, !head_male, age + older, Kin::In)
}

/// Children of parents of this age, eldest first, two to five years apart.
fn children(parents_age: i64, most: i64, draw: &mut Draw) -> Vec<Seat> {
    let mut born_at = draw.between(20, 28);
    let mut list = Vec::new();
    for _ in 0..draw.between(1, most) {
        let age = parents_age - born_at;
        if age < 0 {
            break;
        }
        let male = draw.chance(51);
        let relation = if male {
            RelationToHead::Son
        } else {
            RelationToHead::Daughter
        };
        // Grown-up children mostly live elsewhere.
        if age < 27 || draw.chance(25) {
            list.push(seat(relation, male, age, Kin::Child));
        }
        born_at += draw.between(2, 5);
    }
    list
}

fn couple_with_children(head_male: bool, draw: &mut Draw) -> Vec<Seat> {
    let age = draw.between(26, 58);
    let partner = spouse(head_male, age, draw);
    let younger = age.min(partner.age);
    let mut list = vec![head(head_male, age), partner];
    list.extend(children(younger, 3, draw));
    list
}

fn with_parents(head_male: bool, draw: &mut Draw) -> Vec<Seat> {
    let mut list = couple_with_children(head_male, draw);
    let ages = list.iter().take(2).map(|s| s.age);
    let parent_age = ages.max().unwrap_or(40) + draw.between(20, 29);
    // Young Dai and Lahu men often live with the wife's parents.
    let wifes = head_male && draw.chance(25);
    let (father, mother, kin) = match (wifes, head_male) {
        (true, _) => (RelationToHead::WifesFather, RelationToHead::WifesMother, Kin::In),
        (false, true) => (RelationToHead::Father, RelationToHead::Mother, Kin::Own),
        (false, false) => (RelationToHead::HusbandsFather, RelationToHead::HusbandsMother, Kin::In),
    };
    if draw.chance(60) && parent_age < 86 {
        list.push(seat(father, true, parent_age + draw.between(0, 4), kin));
    }
    list.push(seat(mother, false, parent_age, Kin::In));
    list
}

fn with_married_child(head_male: bool, draw: &mut Draw) -> Vec<Seat> {
    let age = draw.between(48, 68);
    let mut list = vec![head(head_male, age)];
    if draw.chance(80) {
        list.push(spouse(head_male, age, draw));
    }
    let child_age = list.iter().map(|s| s.age).min().unwrap_or(age) - draw.between(21, 27);
    let son = draw.chance(62);
    let (child, partner, boy, girl) = if son {
        (
            RelationToHead::Son,
            RelationToHead::DaughterInLaw,
            RelationToHead::Grandson,
            RelationToHead::Granddaughter,
        )
    } else {
        let (boy, girl) = (RelationToHead::GrandsonMaternal, RelationToHead::GranddaughterMaternal);
        (RelationToHead::Daughter, RelationToHead::SonInLaw, boy, girl)
    };
    list.push(seat(child, son, child_age, Kin::Child));
    if child_age >= 20 {
        list.push(seat(partner, !son, (child_age + draw.between(-3, 3)).max(20), Kin::In));
        let mut born_at = draw.between(20, 25);
        for _ in 0..draw.between(0, 2) {
            if child_age >= born_at {
                let male = draw.chance(51);
                list.push(seat(
                    if male { boy } else { girl },
                    male,
                    child_age - born_at,
                    Kin::Child,
                ));
            }
            born_at += draw.between(2, 5);
        }
    }
    list
}

fn one_parent(draw: &mut Draw) -> Vec<Seat> {
    let age = draw.between(30, 52);
    let mut list = vec![head(draw.chance(45), age)];
    list.extend(children(age, 2, draw));
    list
}

/// The members of one household of this people; `serial` is the number of its first member in the whole roster.
pub(super) fn family(people: People, as_of: Day, serial: u64, draw: &mut Draw) -> Vec<Member> {
    let own = Line::of(people, draw);
    let mut list: Vec<Member> = Vec::new();
    let mut father: Option<String> = None;
    for (number, seat) in (serial..).zip(seats(draw)) {
        let birth = birth_of(number, seat.age, as_of);
        let line = if seat.kin == Kin::In {
            married_in(people, draw)
        } else {
            own.clone()
        };
        let link = if seat.kin == Kin::Child {
            father.as_deref()
        } else {
            None
        };
        let mut name = line.name(seat.male, birth.year(), link, draw);
        for _ in 0..4 {
            if !list.iter().any(|m| m.name == name) {
                break;
            }
            name = line.name(seat.male, birth.year(), link, draw);
        }
        if seat.male && matches!(seat.relation, RelationToHead::Head | RelationToHead::Spouse) {
            father = Some(name.clone());
        }
        list.push(member(&seat, (name, line.people), (birth, number), as_of, draw));
    }
    list
}

/// Those who marry in mostly are of the same people.
fn married_in(people: People, draw: &mut Draw) -> Line {
    let others = [
        People::Dai,
        People::Hani,
        People::Han,
        People::Han,
        People::Lahu,
        People::Yi,
    ];
    let theirs = if draw.chance(86) {
        people
    } else {
        draw.pick(&others).copied().unwrap_or(people)
    };
    Line::of(theirs, draw)
}

/// Days of a common year times the 500 sequence numbers of each sex: as many persons get a number of their own.
const NUMBERS: u64 = 365 * 500;

/// A birth date about so many years ago. The day within the year follows from the person's number, so that day and
/// sequence number together occur once.
fn birth_of(number: u64, age: i64, as_of: Day) -> Day {
    let day_of_year = u32::try_from(scattered(number, NUMBERS, 111_119, 77_003) % 365).unwrap_or(0) + 1;
    let years = i32::try_from(age).unwrap_or(0);
    // A common year gives month and day, so that 29 February never has to exist.
    let day = Day::from_yo_opt(2001, day_of_year).unwrap_or_default();
    let in_year = |year: i32| Day::from_ymd_opt(year, day.month(), day.day()).unwrap_or_default();
    let this_year = in_year(as_of.year() - years);
    if this_year <= as_of {
        this_year
    } else {
        in_year(as_of.year() - years - 1)
    }
}

fn id_number(number: u64, birth: Day, male: bool) -> Option<IdNumber> {
    let sequence = scattered(number, NUMBERS, 111_119, 77_003) / 365 * 2 + u64::from(male);
    complete_id_number(&format!("532899{}{:03}", birth.format("%Y%m%d"), sequence))
}

fn member(
    seat: &Seat,
    (name, people): (String, People),
    (birth, number): (Day, u64),
    as_of: Day,
    draw: &mut Draw,
) -> Member {
    let age = i64::from(age_on(birth, as_of));
    let school = school_of(age, seat.kin == Kin::Child, draw);
    let health = health_of(age, draw);
    let education = school.is_none().then(|| education_of(age, draw));
    let labour = if school.is_some() {
        LabourSkill::None
    } else {
        labour_of(age, health, education, draw)
    };
    Member {
        relation: seat.relation,
        male: seat.male,
        age,
        birth,
        id_number: id_number(number, birth, seat.male),
        name,
        people,
        education,
        school: school.unwrap_or("非在校生"),
        health,
        labour,
    }
}

fn school_of(age: i64, is_child: bool, draw: &mut Draw) -> Option<&'static str> {
    match age {
        ..3 => Some("学龄前儿童"),
        3..6 => Some(if draw.chance(85) {
            "学前教育"
        } else {
            "学龄前儿童"
        }),
        6..12 => Some("小学"),
        12..16 => Some("初中"),
        16..18 => match draw.below(100) {
            ..45 => Some("普通高中"),
            45..80 => Some("中职"),
            _ => None,
        },
        18..22 if is_child => match draw.below(100) {
            ..16 => Some("高职高专"),
            16..26 => Some("本科"),
            26..30 => Some("技师学院"),
            _ => None,
        },
        _ => None,
    }
}

fn education_of(age: i64, draw: &mut Draw) -> Education {
    use Education::{BachelorPlus, Illiterate, JuniorCollege, JuniorMiddle, Primary, SeniorMiddle};
    let weights: [usize; 6] = match age {
        ..18 => [0, 4, 96, 0, 0, 0],
        18..22 => [0, 8, 68, 24, 0, 0],
        22..30 => [0, 12, 60, 18, 8, 2],
        30..45 => [2, 38, 50, 8, 2, 0],
        45..60 => [12, 62, 24, 2, 0, 0],
        _ => [52, 44, 4, 0, 0, 0],
    };
    let levels = [
        Illiterate,
        Primary,
        JuniorMiddle,
        SeniorMiddle,
        JuniorCollege,
        BachelorPlus,
    ];
    levels.get(draw.weighted(&weights)).copied().unwrap_or(Primary)
}

fn health_of(age: i64, draw: &mut Draw) -> &'static str {
    let weights: [usize; 4] = match age {
        ..16 => [985, 3, 10, 2],
        16..45 => [945, 30, 20, 5],
        45..60 => [850, 110, 30, 10],
        _ => [660, 260, 55, 25],
    };
    ["健康", "长期慢性病", "残疾", "患有大病"]
        .get(draw.weighted(&weights))
        .copied()
        .unwrap_or("健康")
}

fn labour_of(age: i64, health: &str, education: Option<Education>, draw: &mut Draw) -> LabourSkill {
    use LabourSkill::{Lost, None, Ordinary, Skilled, Weak};
    let schooled = !matches!(education, Some(Education::Illiterate | Education::Primary));
    match (age, health) {
        (..16, _) => None,
        (70.., _) => {
            if draw.chance(88) {
                None
            } else {
                Weak
            }
        }
        (60..70, "健康") => {
            if draw.chance(70) {
                Weak
            } else {
                Ordinary
            }
        }
        (60..70, _) => {
            if draw.chance(35) {
                Weak
            } else {
                Lost
            }
        }
        (_, "健康") => {
            if draw.chance(if schooled { 20 } else { 8 }) {
                Skilled
            } else {
                Ordinary
            }
        }
        (_, "长期慢性病") => {
            if draw.chance(55) {
                Weak
            } else {
                Ordinary
            }
        }
        (_, "残疾") => {
            if draw.chance(55) {
                Weak
            } else {
                Lost
            }
        }
        _ => {
            if draw.chance(30) {
                Weak
            } else {
                Lost
            }
        }
    }
}
