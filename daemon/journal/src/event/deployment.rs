//! What people did about an order, and what became of them for it: words shared with the dispatch in `mod.rs`.

use baiying_core::order::{Channel, CheckInMethod, DeliveryState, EvidenceReason};

use super::common::word;

word!(Channel = Channel { Stream Manual });
word!(DeliveryState = DeliveryState { Pending Sent Delivered Read Acked });
word!(CheckInMethod = CheckInMethod { Lead OwnCode Desk });
word!(EvidenceReason = EvidenceReason { Later AfterClose WrongSite NotDue });
