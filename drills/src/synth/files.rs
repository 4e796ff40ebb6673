//! The files that `baiying … import` reads: UTF-8, commas, a header line.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use baiying_proto::v1::{DutyRow, MusterPointRow, PersonRow, PostRow, TeamMemberRow, UnitRow};

use super::sink::Sink;
use super::{DirtyRow, District, SynthError, SynthOptions, SynthReport};

/// Writes are buffered this much a file.
const BUFFER_BYTES: usize = 256 * 1024;

struct Table {
    file: &'static str,
    writer: csv::Writer<File>,
}

impl Table {
    fn create(dir: &Path, file: &'static str, header: &[&str]) -> Result<Self, SynthError> {
        let path = dir.join(file);
        let opened = File::create(&path).map_err(|source| io(&path, source))?;
        let mut table = Self {
            file,
            writer: csv::WriterBuilder::new()
                .buffer_capacity(BUFFER_BYTES)
                .from_writer(opened),
        };
        table.write(header)?;
        Ok(table)
    }
    fn write(&mut self, record: &[&str]) -> Result<(), SynthError> {
        self.writer.write_record(record).map_err(|source| SynthError::Csv {
            file: self.file,
            source,
        })
    }
    fn flush(&mut self, dir: &Path) -> Result<(), SynthError> {
        self.writer.flush().map_err(|source| io(&dir.join(self.file), source))
    }
}

/// The open files of a directory.
pub(crate) struct Files {
    dir: PathBuf,
    units: Table,
    people: Table,
    teams: Table,
    muster_points: Table,
    duty: Table,
    posts: Table,
    dirty: Table,
}

impl Files {
    pub(crate) fn create(dir: &Path) -> Result<Self, SynthError> {
        std::fs::create_dir_all(dir).map_err(|source| io(dir, source))?;
        Ok(Self {
            dir: dir.to_owned(),
            units: Table::create(dir, "divisions.csv", &["code", "name", "parent_code", "kind"])?,
            people: Table::create(
                dir,
                "people.csv",
                &[
                    "id_number",
                    "name",
                    "phone",
                    "unit_code",
                    "residence_code",
                    "category",
                    "political",
                    "address",
                ],
            )?,
            teams: Table::create(
                dir,
                "teams.csv",
                &["team_code", "team_name", "kind", "unit_code", "role", "person"],
            )?,
            muster_points: Table::create(
                dir,
                "muster.csv",
                &["code", "name", "unit_code", "check_in_code", "address"],
            )?,
            duty: Table::create(
                dir,
                "duty.csv",
                &[
                    "unit_code",
                    "pattern",
                    "from_date",
                    "position",
                    "shifts",
                    "turn",
                    "every",
                    "person",
                    "recall_minutes",
                ],
            )?,
            posts: Table::create(dir, "posts.csv", &["unit_code", "post", "role", "person"])?,
            dirty: Table::create(dir, "DIRTY.csv", &["row", "defect"])?,
        })
    }

    /// Writes what is buffered, and the mark that nobody in these files is real.
    pub(crate) fn finish(
        mut self,
        district: District,
        options: &SynthOptions,
        report: &SynthReport,
    ) -> Result<(), SynthError> {
        for table in [
            &mut self.units,
            &mut self.people,
            &mut self.teams,
            &mut self.muster_points,
            &mut self.duty,
            &mut self.posts,
            &mut self.dirty,
        ] {
            table.flush(&self.dir)?;
        }
        if report.dirty == 0 {
            let path = self.dir.join("DIRTY.csv");
            std::fs::remove_file(&path).map_err(|source| io(&path, source))?;
        }
        let path = self.dir.join("SYNTHETIC.txt");
        let text = format!(
            "synthetic=true\ndistrict={}\nseed={}\nmembers={}\ndirty={}\nscale={}\nunits={}\npeople={}\nteams={}\nmuster_points={}\n\n\
             Nobody in these files is real. Places are; people, ID numbers (area 990101 does not exist), phones, agencies and teams\n\
             are made up. Import them only into a tenant that is marked synthetic: no message may leave it.\n\
             本目录全部人员均为虚构,仅用于演练和测试。\n",
            district.word(),
            options.seed,
            options.members,
            options.dirty,
            options.scale,
            report.units,
            report.people,
            report.teams,
            report.muster_points,
        );
        let mut file = File::create(&path).map_err(|source| io(&path, source))?;
        file.write_all(text.as_bytes()).map_err(|source| io(&path, source))
    }
}

fn io(path: &Path, source: std::io::Error) -> SynthError {
    SynthError::Io {
        path: path.display().to_string(),
        source,
    }
}

impl Sink for Files {
    type Error = SynthError;
    fn unit(&mut self, row: UnitRow) -> Result<(), SynthError> {
        let UnitRow {
            row: _,
            code,
            name,
            parent_code,
            kind,
        } = &row;
        self.units.write(&[code, name, parent_code, kind])
    }
    fn person(&mut self, row: PersonRow) -> Result<(), SynthError> {
        let PersonRow {
            row: _,
            id_number,
            name,
            phone,
            unit_code,
            residence_code,
            category,
            political,
            address,
            ..
        } = &row;
        self.people.write(&[
            id_number,
            name,
            phone,
            unit_code,
            residence_code,
            category,
            political,
            address,
        ])
    }
    fn team_member(&mut self, row: TeamMemberRow) -> Result<(), SynthError> {
        let TeamMemberRow {
            row: _,
            team_code,
            team_name,
            kind,
            unit_code,
            role,
            person,
        } = &row;
        self.teams.write(&[team_code, team_name, kind, unit_code, role, person])
    }
    fn muster_point(&mut self, row: MusterPointRow) -> Result<(), SynthError> {
        let MusterPointRow {
            row: _,
            code,
            name,
            unit_code,
            check_in_code,
            address,
        } = &row;
        self.muster_points
            .write(&[code, name, unit_code, check_in_code, address])
    }
    fn duty(&mut self, row: DutyRow) -> Result<(), SynthError> {
        let DutyRow {
            row: _,
            unit_code,
            pattern,
            from_date,
            position,
            shifts,
            turn,
            every,
            person,
            recall_minutes,
        } = &row;
        let recall = match recall_minutes {
            0 => String::new(),
            minutes => minutes.to_string(),
        };
        let turn = turn.to_string();
        self.duty.write(&[
            unit_code, pattern, from_date, position, shifts, &turn, every, person, &recall,
        ])
    }
    fn post(&mut self, row: PostRow) -> Result<(), SynthError> {
        let PostRow {
            row: _,
            unit_code,
            post,
            role,
            person,
        } = &row;
        self.posts.write(&[unit_code, post, role, person])
    }
    fn dirty(&mut self, row: DirtyRow) -> Result<(), SynthError> {
        self.dirty.write(&[&row.row.to_string(), row.defect.word()])
    }
}
