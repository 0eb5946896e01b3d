from odoo import models
from odoo.tools import format_date


class ClinicSharingNotice(models.AbstractModel):
    """Who waits is told before they wait no longer: who asked, and nobody else."""

    _inherit = "clinic.sharing.notice"

    def _tell_waiting(self, request):
        reader = request.booker_id
        clinic = self.with_company(request.company_id)
        spoken = clinic._speak_to(reader).env
        others = request.patient_ids - reader
        page = f"/my/waitlist/join?wait={request.id}"
        clinic._queue_to(
            reader._get_clinic_address(),
            "clinic_family.mail_template_wait_ending",
            request,
            {
                "reader": self._get_greeted(reader),
                "names": ", ".join(others.mapped("name")),
                "until": format_date(
                    spoken, request.date_until, date_format=spoken._("EEEE d MMMM y")
                ),
                "url": f"{request.get_base_url()}{page}",
            },
        )
