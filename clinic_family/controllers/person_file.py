from odoo.http import content_disposition, request

from .common import PortalPage, clinic_page


class ClinicPersonFile(PortalPage):
    """What the clinic keeps about the reader, and about nobody else."""

    @clinic_page("/my/file")
    def my_file(self, **kw):
        return self._portal_page("file", "file", {"is_own": True})

    @clinic_page("/my/file/download")
    def my_file_download(self, **kw):
        made = request.env["clinic.person.file"]._make_own()
        return request.make_response(made.content, headers=[
            ("Content-Type", "application/zip"),
            ("Content-Disposition", content_disposition(made.name)),
        ])  # fmt: skip
