/**
 * Odoo holds every button without this class until its last script is there. A week has so many
 * times that the class in each would be a tenth of the page: it is set here, before Odoo looks.
 */
function letTimesBeTaken() {
    for (const button of document.querySelectorAll(".o_clinic_starts > button")) {
        button.classList.add("o_no_wait_lazy_js");
    }
}

if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", letTimesBeTaken);
} else {
    letTimesBeTaken();
}
