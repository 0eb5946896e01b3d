"""What comes before the installation and after the use of the addon."""

MODULE = "clinic_family"
# External ids of what stays; two underscores, as Odoo's own for what belongs to no addon.
KEEPER = f"__{MODULE}__"
PEOPLE = ("res.partner", "res.users")
DOCUMENTS = (
    "account.move",
    "product.category",
    "product.product",
    "product.template",
    "resource.calendar",
    "survey.survey",
    "survey.question",
    "survey.question.answer",
)


def pre_init_hook(env):
    """The people of an earlier installation are known again: a login exists only once."""
    _rename_owner(env, KEEPER, MODULE)


def uninstall_hook(env):
    """What is the clinic's stays whole, and Odoo needn't try to delete what is in use."""
    _delete_practitioners_resources(env)
    _rename_owner(env, MODULE, KEEPER)
    # Odoo drops the addon's tables after their records, and logs an error for each in use.
    ours = ["|", ("model", "=like", "clinic.%"), ("model", "in", DOCUMENTS)]
    env["ir.model.data"].search([("module", "=", MODULE), *ours]).unlink()
    # The website's copies of the booking menu have no external id, so Odoo doesn't find them.
    env["website.menu"].search([("url", "=", "/book")]).unlink()


def _rename_owner(env, old, new):
    data = env["ir.model.data"].search([("module", "=", old), ("model", "in", PEOPLE)])
    data.write({"module": new, "noupdate": True})


def _delete_practitioners_resources(env):
    """No practitioner stays behind as a resource, unless they are one of another addon too."""
    resources = env["clinic.practitioner"].with_context(active_test=False).search([]).resource_id
    for name in env.registry["resource.mixin"]._inherit_children - {"clinic.practitioner"}:
        others = env[name].with_context(active_test=False)
        resources -= others.search([("resource_id", "in", resources.ids)]).resource_id
    # Time off without its person would be a holiday for everybody.
    env["resource.calendar.leaves"].search([("resource_id", "in", resources.ids)]).unlink()
    env.cr.execute("ALTER TABLE clinic_practitioner ALTER resource_id DROP NOT NULL")
    env.cr.execute("UPDATE clinic_practitioner SET resource_id = NULL")
    env.invalidate_all()
    resources.unlink()
