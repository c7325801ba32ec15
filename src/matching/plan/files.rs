//! The files of a plan: `households.csv`, `openings.csv` and `edges.csv` read and written, `plan.csv`,
//! `certificate.json` and `summary.json` written. Columns may stand in any order and others beside them.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader, ReaderBuilder, Writer};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::fault::{Fault, FaultCode};
use super::ids::{at, short};
use super::instance::{Instance, InstanceDraft, Unlisted};
use super::{Price, Solution};

const HOUSEHOLDS: &str = "households.csv";
const OPENINGS: &str = "openings.csv";
const EDGES: &str = "edges.csv";
const PLAN: &str = "plan.csv";
const CERTIFICATE: &str = "certificate.json";
const SUMMARY: &str = "summary.json";

/// Large enough that reading is not bound by system calls.
const BUFFER: usize = 1 << 18;

/// The figures of a plan, as `summary.json` holds them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    pub covered_weight: i64,
    pub total_score: i64,
    pub households: usize,
    pub persons: usize,
    pub openings: usize,
    pub edges: usize,
    /// How long solving took.
    pub seconds: f64,
}

impl Summary {
    pub fn new(instance: &Instance, solution: &Solution, seconds: f64) -> Self {
        Self {
            covered_weight: solution.covered_weight,
            total_score: solution.total_score,
            households: instance.households(),
            persons: instance.persons(),
            openings: instance.openings(),
            edges: instance.edges(),
            seconds,
        }
    }
}

/// Reads an instance from a folder. Without `households.csv` every household weighs one.
pub fn read_instance(folder: &Path) -> Result<Instance, Fault> {
    let households = Table::open(folder, HOUSEHOLDS, ["household", "weight"])?;
    let mut draft = InstanceDraft::new(match households {
        Some(_) => Unlisted::Refused,
        None => Unlisted::WeighOne,
    });
    if let Some(mut table) = households {
        while let Some([household, weight]) = table.next()? {
            let weight = whole_number("weight", weight);
            let done = weight.and_then(|weight| draft.household(household, weight));
            done.map_err(|fault| table.place(fault))?;
        }
    }
    let mut table = Table::required(folder, OPENINGS, ["opening", "places"])?;
    while let Some([opening, places]) = table.next()? {
        let places = whole_number("places", places);
        let done = places.and_then(|places| draft.opening(opening, places));
        done.map_err(|fault| table.place(fault))?;
    }
    let mut table = Table::required(folder, EDGES, ["household", "person", "opening", "score"])?;
    while let Some([household, person, opening, score]) = table.next()? {
        let score = whole_number("score", score);
        let done = score.and_then(|score| draft.edge(household, person, opening, score));
        done.map_err(|fault| table.place(fault))?;
    }
    draft.finish().map_err(|fault| place_in_files(folder, fault))
}

/// Says in which file, and in which line if one is to blame, a fault of the whole lies.
fn place_in_files(folder: &Path, mut fault: Fault) -> Fault {
    let value = |name| {
        fault
            .values
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.clone())
    };
    if fault.code == FaultCode::RepeatedEdge {
        let (person, opening) = (
            value("person").unwrap_or_default(),
            value("opening").unwrap_or_default(),
        );
        fault.line = second_line(folder, person.as_bytes(), opening.as_bytes());
    }
    fault.file = Some(match value("column").as_deref() {
        Some("weight") => HOUSEHOLDS,
        Some("places") => OPENINGS,
        _ => EDGES,
    });
    fault
}

/// Where a pair stands in `edges.csv` for the second time. Reading again costs nothing while all is well.
fn second_line(folder: &Path, person: &[u8], opening: &[u8]) -> Option<u64> {
    let mut table = Table::required(folder, EDGES, ["person", "opening"]).ok()?;
    let mut met = 0;
    while let Some(fields) = table.next().ok()? {
        met += u32::from(fields == [person, opening]);
        if met == 2 {
            return table.line();
        }
    }
    None
}

fn whole_number(column: &'static str, field: &[u8]) -> Result<i64, Fault> {
    let wrong = |code| {
        Fault::new(code)
            .with("column", column)
            .with("value", String::from_utf8_lossy(field))
    };
    if field.is_empty() || !field.iter().all(u8::is_ascii_digit) {
        return Err(wrong(FaultCode::NotWholeNumber));
    }
    let text = std::str::from_utf8(field).map_err(|_| wrong(FaultCode::NotWholeNumber))?;
    text.parse().map_err(|_| wrong(FaultCode::TooLarge))
}

/// A CSV file, read row by row, of which some columns are wanted.
struct Table<const N: usize> {
    file: &'static str,
    path: PathBuf,
    reader: Reader<File>,
    columns: [usize; N],
    record: ByteRecord,
}

impl<const N: usize> Table<N> {
    fn required(folder: &Path, file: &'static str, columns: [&'static str; N]) -> Result<Self, Fault> {
        Self::open(folder, file, columns)?.ok_or_else(|| {
            Fault::new(FaultCode::Unreadable)
                .with("reason", "not found")
                .in_file(file)
        })
    }

    /// None if there is no such file.
    fn open(folder: &Path, file: &'static str, columns: [&'static str; N]) -> Result<Option<Self>, Fault> {
        let path = folder.join(file);
        let opened = match File::open(&path) {
            Ok(opened) => opened,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Fault::new(FaultCode::Unreadable).with("reason", error).in_file(file)),
        };
        let mut reader = ReaderBuilder::new().buffer_capacity(BUFFER).from_reader(opened);
        let header = reader
            .byte_headers()
            .map_err(|error| fault_of_csv(file, &path, &error))?
            .clone();
        let mut positions = [0; N];
        for (position, column) in positions.iter_mut().zip(columns) {
            let mut found = header.iter().enumerate().filter(|(_, name)| *name == column.as_bytes());
            let fault = |code| Fault::new(code).with("column", column).at(file, 1);
            (*position, _) = found.next().ok_or_else(|| fault(FaultCode::MissingColumn))?;
            if found.next().is_some() {
                return Err(fault(FaultCode::RepeatedColumn));
            }
        }
        Ok(Some(Self {
            file,
            path,
            reader,
            columns: positions,
            record: ByteRecord::new(),
        }))
    }

    /// The wanted fields of the next row.
    fn next(&mut self) -> Result<Option<[&[u8]; N]>, Fault> {
        let more = self.reader.read_byte_record(&mut self.record);
        if !more.map_err(|error| fault_of_csv(self.file, &self.path, &error))? {
            return Ok(None);
        }
        // The reader refuses rows whose length is not the header's, so no column is out of reach.
        Ok(Some(
            self.columns.map(|column| self.record.get(column).unwrap_or_default()),
        ))
    }

    /// The line of the row read last.
    fn line(&self) -> Option<u64> {
        line_at(&self.path, self.record.position()?.byte())
    }

    fn place(&self, fault: Fault) -> Fault {
        let line = self.line();
        Fault {
            line,
            ..fault.in_file(self.file)
        }
    }
}

/// The line that an editor shows for the row that the reader began at a byte. The reader's own count stops before the
/// rest of a line's end and before empty lines; the file is read again because that happens only when a row is refused.
fn line_at(path: &Path, start: u64) -> Option<u64> {
    let mut line = 1;
    let mut before = 0;
    for (place, byte) in (0..).zip(BufReader::with_capacity(BUFFER, File::open(path).ok()?).bytes()) {
        let byte = byte.ok()?;
        if place >= start && !matches!(byte, b'\r' | b'\n') {
            // A lone return ends a line as well.
            return Some(line + u64::from(before == b'\r'));
        }
        line += u64::from(byte == b'\n') + u64::from(before == b'\r' && byte != b'\n');
        before = byte;
    }
    Some(line)
}

fn fault_of_csv(file: &'static str, path: &Path, error: &csv::Error) -> Fault {
    let line = error.position().and_then(|position| line_at(path, position.byte()));
    let fault = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => Fault::new(FaultCode::FieldCount)
            .with("expected", expected_len)
            .with("found", len),
        csv::ErrorKind::Utf8 { .. } => Fault::new(FaultCode::NotText),
        _ => Fault::new(FaultCode::Unreadable).with("reason", error),
    };
    Fault {
        line,
        ..fault.in_file(file)
    }
}

/// Writes the three files of an instance into a folder that exists.
pub fn write_instance(folder: &Path, instance: &Instance) -> Result<(), Fault> {
    write_table(folder, HOUSEHOLDS, |writer, number| {
        writer.write_record(["household", "weight"])?;
        for household in 0..short(instance.households()) {
            let weight = digits(number, instance.weight(household));
            writer.write_record([instance.household_id(household), weight])?;
        }
        Ok(())
    })?;
    write_table(folder, OPENINGS, |writer, number| {
        writer.write_record(["opening", "places"])?;
        for opening in 0..short(instance.openings()) {
            writer.write_record([instance.opening_id(opening), digits(number, instance.places(opening))])?;
        }
        Ok(())
    })?;
    write_table(folder, EDGES, |writer, number| {
        writer.write_record(["household", "person", "opening", "score"])?;
        for person in 0..short(instance.persons()) {
            let household = instance.household_id(instance.household_of(person));
            for (opening, score) in instance.edges_of(person) {
                let (person, opening) = (instance.person_id(person), instance.opening_id(opening));
                writer.write_record([household, person, opening, digits(number, score)])?;
            }
        }
        Ok(())
    })
}

/// Writes the plan, its certificate and its figures into a folder that exists.
pub fn write_solution(folder: &Path, instance: &Instance, solution: &Solution, summary: &Summary) -> Result<(), Fault> {
    write_table(folder, PLAN, |writer, _| {
        writer.write_record(["person", "opening"])?;
        for (person, opening) in (0..short(instance.persons())).zip(&solution.placed) {
            if let Some(opening) = opening {
                writer.write_record([instance.person_id(person), instance.opening_id(*opening)])?;
            }
        }
        Ok(())
    })?;
    write_json(folder, CERTIFICATE, &Certificate::new(instance, solution))?;
    write_json(folder, SUMMARY, summary)
}

fn digits(buffer: &mut String, number: i64) -> &str {
    buffer.clear();
    // Writing to a string does not fail.
    let _ = write!(buffer, "{number}");
    buffer
}

fn unwritable(file: &'static str, error: &dyn std::fmt::Display) -> Fault {
    Fault::new(FaultCode::Unwritable).with("reason", error).in_file(file)
}

fn write_table(
    folder: &Path,
    file: &'static str,
    rows: impl FnOnce(&mut Writer<File>, &mut String) -> csv::Result<()>,
) -> Result<(), Fault> {
    let created = File::create(folder.join(file)).map_err(|error| unwritable(file, &error))?;
    let mut writer = csv::WriterBuilder::new().buffer_capacity(BUFFER).from_writer(created);
    rows(&mut writer, &mut String::new()).map_err(|error| unwritable(file, &error))?;
    writer.flush().map_err(|error| unwritable(file, &error))
}

fn write_json(folder: &Path, file: &'static str, value: &impl Serialize) -> Result<(), Fault> {
    let written = File::create(folder.join(file)).and_then(|created| {
        let mut writer = BufWriter::with_capacity(BUFFER, created);
        serde_json::to_writer(&mut writer, value)?;
        writer.write_all(b"\n")?;
        writer.flush()
    });
    written.map_err(|error| unwritable(file, &error))
}

/// The prices that are not zero, by id, each as [weight, score]; and the pairs to keep, if the prices are for an
/// instance in which each of them scores `bonus` more.
#[derive(Serialize)]
struct Certificate<'a> {
    covered_weight: i64,
    total_score: i64,
    openings: Prices<'a>,
    households: Prices<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<KeptPairs<'a>>,
}

#[derive(Serialize)]
struct KeptPairs<'a> {
    bonus: i64,
    pairs: Vec<(&'a str, &'a str)>,
}

struct Prices<'a> {
    ids: Box<dyn Fn(u32) -> &'a str + 'a>,
    prices: &'a [Price],
}

impl<'a> Certificate<'a> {
    fn new(instance: &'a Instance, solution: &'a Solution) -> Self {
        let kept = &solution.kept;
        let id_pair = |&(person, opening): &(u32, u32)| (instance.person_id(person), instance.opening_id(opening));
        Self {
            covered_weight: solution.covered_weight,
            total_score: solution.total_score,
            openings: Prices {
                ids: Box::new(|opening| instance.opening_id(opening)),
                prices: &solution.opening_price,
            },
            households: Prices {
                ids: Box::new(|household| instance.household_id(household)),
                prices: &solution.household_price,
            },
            kept: (!kept.pairs.is_empty()).then(|| KeptPairs {
                bonus: kept.bonus,
                pairs: kept.pairs.iter().map(id_pair).collect(),
            }),
        }
    }
}

impl Serialize for Prices<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for number in 0..short(self.prices.len()) {
            let price = self.prices[at(number)];
            if price != Price::default() {
                map.serialize_entry((self.ids)(number), &[price.weight, price.score])?;
            }
        }
        map.end()
    }
}
