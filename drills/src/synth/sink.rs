//! Where generated rows go: into files, or into memory.

use std::convert::Infallible;

use baiying_proto::v1::{DutyRow, MusterPointRow, PersonRow, PostRow, TeamMemberRow, UnitRow};

use super::{DirtyRow, SynthData};

/// Takes rows as they are made.
pub(crate) trait Sink {
    /// Why a row could not be taken.
    type Error;
    fn unit(&mut self, row: UnitRow) -> Result<(), Self::Error>;
    fn person(&mut self, row: PersonRow) -> Result<(), Self::Error>;
    fn team_member(&mut self, row: TeamMemberRow) -> Result<(), Self::Error>;
    fn muster_point(&mut self, row: MusterPointRow) -> Result<(), Self::Error>;
    fn duty(&mut self, row: DutyRow) -> Result<(), Self::Error>;
    fn post(&mut self, row: PostRow) -> Result<(), Self::Error>;
    fn dirty(&mut self, row: DirtyRow) -> Result<(), Self::Error>;
}

impl Sink for SynthData {
    type Error = Infallible;
    fn unit(&mut self, row: UnitRow) -> Result<(), Infallible> {
        self.units.push(row);
        Ok(())
    }
    fn person(&mut self, row: PersonRow) -> Result<(), Infallible> {
        self.people.push(row);
        Ok(())
    }
    fn team_member(&mut self, row: TeamMemberRow) -> Result<(), Infallible> {
        self.teams.push(row);
        Ok(())
    }
    fn muster_point(&mut self, row: MusterPointRow) -> Result<(), Infallible> {
        self.muster_points.push(row);
        Ok(())
    }
    fn duty(&mut self, row: DutyRow) -> Result<(), Infallible> {
        self.duty.push(row);
        Ok(())
    }
    fn post(&mut self, row: PostRow) -> Result<(), Infallible> {
        self.posts.push(row);
        Ok(())
    }
    fn dirty(&mut self, row: DirtyRow) -> Result<(), Infallible> {
        self.dirty.push(row);
        Ok(())
    }
}
