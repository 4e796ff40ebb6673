//! `InPlaceService`.

mod changes;
mod double_reports;
mod lists;
mod registrations;

use baiying_proto::v1;
use tonic::{Request, Response, Status, Streaming};

use super::server::ApiContext;

/// Serves [`v1::in_place_service_server::InPlaceService`].
pub(super) struct InPlaceApi(pub(super) ApiContext);

#[tonic::async_trait]
impl v1::in_place_service_server::InPlaceService for InPlaceApi {
    async fn open_windows(
        &self,
        request: Request<v1::OpenWindowsRequest>,
    ) -> Result<Response<v1::OpenWindowsResponse>, Status> {
        changes::open(&self.0, request.into_inner()).await
    }

    async fn close_windows(
        &self,
        request: Request<v1::CloseWindowsRequest>,
    ) -> Result<Response<v1::CloseWindowsResponse>, Status> {
        changes::close(&self.0, request.into_inner()).await
    }

    async fn list_windows(
        &self,
        request: Request<v1::ListWindowsRequest>,
    ) -> Result<Response<v1::ListWindowsResponse>, Status> {
        lists::windows(&self.0, request.into_inner())
    }

    async fn report_in_place(
        &self,
        request: Request<v1::ReportInPlaceRequest>,
    ) -> Result<Response<v1::ReportInPlaceResponse>, Status> {
        changes::report(&self.0, request.into_inner()).await
    }

    async fn confirm_reports(
        &self,
        request: Request<v1::ConfirmReportsRequest>,
    ) -> Result<Response<v1::ConfirmReportsResponse>, Status> {
        changes::confirm(&self.0, request.into_inner()).await
    }

    async fn reject_reports(
        &self,
        request: Request<v1::RejectReportsRequest>,
    ) -> Result<Response<v1::RejectReportsResponse>, Status> {
        changes::reject(&self.0, request.into_inner()).await
    }

    async fn assign_task(
        &self,
        request: Request<v1::AssignTaskRequest>,
    ) -> Result<Response<v1::AssignTaskResponse>, Status> {
        changes::assign(&self.0, request.into_inner()).await
    }

    async fn list_in_place_reports(
        &self,
        request: Request<v1::ListInPlaceReportsRequest>,
    ) -> Result<Response<v1::ListInPlaceReportsResponse>, Status> {
        lists::reports(&self.0, request.into_inner())
    }

    async fn list_mobile(
        &self,
        request: Request<v1::ListMobileRequest>,
    ) -> Result<Response<v1::ListMobileResponse>, Status> {
        lists::mobile_team(&self.0, request.into_inner())
    }

    async fn exempt_member(
        &self,
        request: Request<v1::ExemptMemberRequest>,
    ) -> Result<Response<v1::ExemptMemberResponse>, Status> {
        changes::exempt(&self.0, request.into_inner()).await
    }

    async fn end_exemption(
        &self,
        request: Request<v1::EndExemptionRequest>,
    ) -> Result<Response<v1::EndExemptionResponse>, Status> {
        changes::end_exemption(&self.0, request.into_inner()).await
    }

    async fn list_exemptions(
        &self,
        request: Request<v1::ListExemptionsRequest>,
    ) -> Result<Response<v1::ListExemptionsResponse>, Status> {
        lists::exemptions(&self.0, request.into_inner())
    }

    async fn import_pre_registrations(
        &self,
        request: Request<Streaming<v1::ImportPreRegistrationsRequest>>,
    ) -> Result<Response<v1::ImportPreRegistrationsResponse>, Status> {
        registrations::import(&self.0, request.into_inner()).await
    }

    async fn list_pre_registrations(
        &self,
        request: Request<v1::ListPreRegistrationsRequest>,
    ) -> Result<Response<v1::ListPreRegistrationsResponse>, Status> {
        registrations::list(&self.0, request.into_inner())
    }

    async fn summarize_pre_registrations(
        &self,
        request: Request<v1::SummarizePreRegistrationsRequest>,
    ) -> Result<Response<v1::SummarizePreRegistrationsResponse>, Status> {
        registrations::summarize(&self.0, request.into_inner())
    }

    async fn record_double_report(
        &self,
        request: Request<v1::RecordDoubleReportRequest>,
    ) -> Result<Response<v1::RecordDoubleReportResponse>, Status> {
        double_reports::record(&self.0, request.into_inner()).await
    }

    async fn end_double_report(
        &self,
        request: Request<v1::EndDoubleReportRequest>,
    ) -> Result<Response<v1::EndDoubleReportResponse>, Status> {
        double_reports::end(&self.0, request.into_inner()).await
    }

    async fn list_double_reports(
        &self,
        request: Request<v1::ListDoubleReportsRequest>,
    ) -> Result<Response<v1::ListDoubleReportsResponse>, Status> {
        double_reports::list(&self.0, request.into_inner())
    }
}
