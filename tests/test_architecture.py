"""The shape of the addon: what may know what, and what nobody may do.

Each rule is a function from a source (or a table) to what breaks it, so that a line that breaks
the rule can be tried first, and then the addon.
"""

import ast
import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ADDON = ROOT / "clinic_family"
ENGINE = sorted((ADDON / "engine").glob("*.py"))
MODELS = sorted((ADDON / "models").rglob("*.py"))
CONTROLLERS = sorted((ADDON / "controllers").glob("*.py"))
CODE = [*ENGINE, *MODELS, *CONTROLLERS]
DATA_FOLDERS = ("security", "data", "views", "demo", "report", "wizard")
# A domain names only itself and those before it.
DOMAINS = (
    "privacy", "schedule", "family", "appointment", "confidential", "billing", "package",
    "booking", "deposit", "change", "message", "waitlist",
    "feed", "intake", "registration", "portal", "desk",
)  # fmt: skip
# The form with the settings of all domains.
OF_ALL_DOMAINS = {"__init__", "clinic_settings"}
DOMAIN_FILES = [path for folder in ("models", "wizard") for path in ADDON.glob(f"{folder}/*/*.py")]
# What stores a visit and its participants, and moves them from state to state.
GATES = {"create", "write", "unlink", "_update_state", "_set_state", "_cancel"}
OF_GATES = {"clinic.appointment", "clinic.participant"}
LONGEST_FILE, LONGEST_ROUTE = 400, 25
CHANGES = re.compile(r"_(book|cancel|reschedule|grant|revoke|claim|release|move_to)\b|action_")


def _breaches(rule, paths):
    """What in these files breaks a rule, with where."""
    found = [(path.relative_to(ROOT), breach) for path in paths for breach in rule(_read(path))]
    return [f"{path}: {breach}" for path, breach in found]


def _read(path):
    return path.read_text(encoding="utf-8")


def _nodes(source, kind):
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, kind)]


def _imports(source):
    """The modules a source imports, those of its own addon written with their dots.

    >>> _imports("import os\\nfrom ..engine.slots import judge\\nfrom . import portal")
    ['os', '..engine.slots', '.portal']
    """
    whole = [name.name for node in _nodes(source, ast.Import) for name in node.names]
    for node in _nodes(source, ast.ImportFrom):
        origin = "." * node.level + (node.module or "")
        whole += [origin] if node.module else [origin + name.name for name in node.names]
    return whole


def _calls(source):
    """What a source calls, as it is written.

    >>> _calls("self.env['x'].sudo().create({})")
    ["self.env['x'].sudo().create", "self.env['x'].sudo"]
    """
    return [ast.unparse(node.func) for node in _nodes(source, ast.Call)]


def _foreign_to_engine(source):
    own = [name for name in _imports(source) if not re.match(r"\.\w", name)]
    return [name for name in own if name.split(".")[0] not in sys.stdlib_module_names]


def _foreign_to_models(source):
    return [name for name in _imports(source) if re.match(r"\.*(odoo.*)?\bcontrollers\b", name)]


def _foreign_to_controllers(source):
    """Models are reached through the environment, which knows who asks."""
    allowed = re.compile(r"\.\w+$|\.\.engine\b|\.\.exceptions$|(odoo|werkzeug)\b")
    return [
        name
        for name in _imports(source)
        if not allowed.match(name) and name.split(".")[0] not in sys.stdlib_module_names
    ]


def _business_in_the_web_layer(source):
    forbidden = re.compile(r"\.(sudo|create|write|unlink|with_user|execute\w*|cr\.\w+)$")
    environment = [node for node in _nodes(source, ast.Attribute) if node.attr in ("cr", "_cr")]
    return [call for call in _calls(source) if forbidden.search(call)] + [
        ast.unparse(node) for node in environment
    ]


def _ends_of_transactions(source):
    return [
        call for call in _calls(source) if re.search(r"\b_?(cr|cursor)\.(commit|rollback)$", call)
    ]


def _naive_clocks(source):
    """A clock that does not say in which zone."""
    calls = [(ast.unparse(node.func), node) for node in _nodes(source, ast.Call)]
    return [
        name
        for name, node in calls
        if re.search(r"\b(utcnow|today|utcfromtimestamp)$", name)
        or (re.search(r"\.now$", name) and not (node.args or node.keywords))
        or (name.endswith("fromtimestamp") and len(node.args) + len(node.keywords) < 2)
    ]


def _silencing_flags(source):
    """Context keys that turn something off, where they are set and where they are asked."""
    keys = [
        keyword.arg
        for node in _nodes(source, ast.Call)
        if ast.unparse(node.func).endswith("with_context")
        for keyword in node.keywords
    ]
    keys += [
        node.args[0].value
        for node in _nodes(source, ast.Call)
        if ast.unparse(node.func).endswith("context.get") and isinstance(node.args[0], ast.Constant)
    ]
    keys += [
        node.slice.value
        for node in _nodes(source, ast.Subscript)
        if ast.unparse(node.value).endswith("context") and isinstance(node.slice, ast.Constant)
    ]
    silencing = re.compile(
        r"(no|skip|dont|without|disable|bypass|force)_|(\w+_)?(no|skip)_|\w+_off$"
    )
    return [key for key in keys if key and silencing.match(key)]


def _routes(source):
    """The routes of a controller: the function and the options of its decorator.

    An empty `@route()` declares one of Odoo's own anew, with the options it has there.
    """
    for function in _nodes(source, ast.FunctionDef):
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and (decorator.args or decorator.keywords):
                options = {word.arg: ast.unparse(word.value) for word in decorator.keywords}
                if ast.unparse(decorator.func).endswith("route"):
                    yield function, options
                elif ast.unparse(decorator.func) == "clinic_page":
                    # It makes pages that are not posted to `readonly`, and all others not.
                    reads = str(options.get("methods", "['GET']") == "['GET']")
                    yield function, {**options, "readonly": reads}
                elif ast.unparse(decorator.func) == "clinic_call":
                    yield function, {**options, "methods": "['POST']"}


def _changes_without_post(source):
    """A route either reads, and says that it is `readonly`, or it is posted to.

    Odoo serves a `readonly` route that writes all the same: so the verbs are looked for too.
    """
    return [
        function.name
        for function, options in _routes(source)
        if (options.get("methods") == "['POST']") == (options.get("readonly") == "True")
        or (CHANGES.search(ast.unparse(function.body)) and options.get("methods") != "['POST']")
    ]


def _routes_made_otherwise(source):
    """What holds for every address holds for those `clinic_page` and `clinic_call` make."""
    return [
        function.name
        for function in _nodes(source, ast.FunctionDef)
        for decorator in function.decorator_list
        if re.match(r"(http\.)?route\(.", ast.unparse(decorator))
        and ast.unparse(decorator) != "route()"
    ]


def _unprotected_routes(source):
    return [
        function.name
        for function, options in _routes(source)
        if options.get("csrf", "True") != "True" or options.get("type") == "'json'"
    ]


def _long_routes(source):
    lengths = {
        function.name: function.end_lineno - function.lineno + 1
        for function in _nodes(source, ast.FunctionDef)
    }
    return [f"{name}: {lines} lines" for name, lines in lengths.items() if lines >= LONGEST_ROUTE]


def _models(source):
    """The models a source defines or extends.

    >>> _models("class A(models.Model):\\n _name = 'a'\\nclass B(models.Model):\\n _inherit = 'b'")
    ['a', 'b']
    """
    return [name for name, _base in _models_with_base(source)]


def _models_with_base(source):
    bases = ("models.Model", "models.AbstractModel", "models.TransientModel")
    for node in _nodes(source, ast.ClassDef):
        base = ast.unparse(node.bases[0]) if node.bases else ""
        names = {
            target.id: statement.value
            for statement in node.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }
        if base in bases:
            yield ast.literal_eval(names.get("_name") or names["_inherit"]), base


def _defaults_of_requests(source):
    """The places where the system goes on with what a request says of new records.

    Odoo's `sudo()` forgets the context's `default_…`, and `with_user()` keeps them.

    >>> _defaults_of_requests("self.with_user(SUPERUSER_ID)")
    ['self.with_user(SUPERUSER_ID)']
    """
    return [
        ast.unparse(node)
        for node in _nodes(source, ast.Call)
        if ast.unparse(node).endswith(".with_user(SUPERUSER_ID)")
        and not ast.unparse(node.func.value).endswith(".sudo()")
    ]


def _more_than_one_model(source):
    models = _models(source)
    return [str(models)] if len(models) > 1 else []


def _imported_from_here(source):
    """What a package imports from itself, in order.

    >>> _imported_from_here("from . import b, a\\nfrom .c import *")
    ['b', 'a', 'c']
    """
    return [
        node.module or name.name
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for name in node.names
    ]


def _misnamed(name, models):
    """The name of a file, unless it begins with that of a model that is opened in it.

    >>> _misnamed("clinic_booking_verify", ["clinic.booking"])
    []
    >>> _misnamed("clinic_bookings", ["clinic.booking"])
    ['clinic_bookings']
    """
    begins = [model.replace(".", "_") for model in models]
    named = any(name == begin or name.startswith(f"{begin}_") for begin in begins)
    return [] if named or not models else [name]


def _scattered(sources):
    """The models that these files of one domain open in more than `<model>.py`, by their names.

    A second file, `<model>_<verb>.py`, is for what would be too long in one.

    >>> part = "class A(models.Model):\\n _inherit = 'a.b'\\n"
    >>> _scattered({"a_b": part}), _scattered({"a_b_use": part})
    (set(), {'a.b'})
    >>> _scattered({"a_b": part, "a_b_use": part})
    {'a.b'}
    >>> long = part + LONGEST_FILE * "\\n"
    >>> _scattered({"a_b": long, "a_b_use": part})
    set()
    >>> _scattered({"a_b": long, "a_b_use": part, "a_b_pay": part})
    {'a.b'}
    """
    files = {}
    for name, source in sources.items():
        for model in _models(source):
            files.setdefault(model, {})[name] = len(source.splitlines())
    return {
        model
        for model, lengths in files.items()
        if model.replace(".", "_") not in lengths
        or len(lengths) > 2
        or (len(lengths) == 2 and sum(lengths.values()) < LONGEST_FILE)
    }


def _hidden_methods(sources):
    """The methods that a later of these files opens anew without asking the earlier ones.

    >>> part = "class A(models.Model):\\n _inherit = 'a'\\n def _b(self): return {}"
    >>> _hidden_methods([part.format("1"), part.format("super()._b()")])
    []
    >>> _hidden_methods([part.format("1"), part.format("2")])
    ['a: _b']
    """
    known, hidden = set(), []
    for source in sources:
        for model in _models(source):
            for method in _methods(source):
                if (model, method.name) in known and "super()" not in ast.unparse(method):
                    hidden.append(f"{model}: {method.name}")
                known.add((model, method.name))
    return hidden


def _methods(source):
    return [
        statement
        for node in _nodes(source, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.FunctionDef)
    ]


def _named_presenters(source):
    """The presenters a source names.

    >>> _named_presenters("env['clinic.page.family']._get_family(); clinic_page('/x')")
    ['clinic.page.family']
    """
    return re.findall(r"\bclinic\.(?:page|desk)\b[\w.]*", source)


def _homes():
    """The domain of each of the clinic's own models."""
    return {
        name: path.parent.name
        for path in DOMAIN_FILES
        for name in _defined(_read(path))
        if name.startswith("clinic.")
    }


def _sources(folder, domain):
    """The files of a domain, in the order in which they are imported."""
    home = ADDON / folder / domain
    names = _imported_from_here(_read(home / "__init__.py")) if home.is_dir() else []
    return {name: _read(home / f"{name}.py") for name in names}


def _defined(source):
    """The models a source defines.

    >>> _defined("class A(models.Model):\\n _name = 'a'\\nclass B(models.Model):\\n _inherit = 'b'")
    ['a']
    """
    return [
        node.value.value
        for node in _nodes(source, ast.Assign)
        if ast.unparse(node.targets[0]) == "_name" and isinstance(node.value, ast.Constant)
    ]


def _named_too_early(source, domain, homes):
    """The models of later domains that a source of this domain names.

    >>> _named_too_early("env['clinic.booking']", "family", {"clinic.booking": "booking"})
    {'clinic.booking'}
    >>> _named_too_early("env['clinic.booking']", "portal", {"clinic.booking": "booking"})
    set()
    """
    named = {node.value for node in _nodes(source, ast.Constant)} & homes.keys()
    return {name for name in named if DOMAINS.index(homes[name]) > DOMAINS.index(domain)}


def _private_methods(source):
    """The private methods that a source defines.

    >>> _private_methods("class A:\\n def _a(self): 0\\n def b(self): 0")
    {'_a'}
    """
    functions = _nodes(source, ast.FunctionDef)
    return {node.name for node in functions if re.match(r"_[a-z]", node.name)}


def _called_too_early(source, domain, methods):
    """The private methods that only later domains define, and a source of this domain calls.

    >>> _called_too_early("self._a()", "family", {"_a": {"booking"}})
    {'_a'}
    >>> _called_too_early("self._a()", "family", {"_a": {"booking", "family"}})
    set()
    """
    called = {node.attr for node in _nodes(source, ast.Attribute)} & methods.keys()
    here = DOMAINS.index(domain)
    return {name for name in called if min(map(DOMAINS.index, methods[name])) > here}


def _stored_beside(source):
    """The gates of a visit that a source overrides.

    >>> _stored_beside("class A(models.Model):\\n _name = 'clinic.appointment'\\n def write(): 0")
    ['write']
    >>> _stored_beside("class A(models.Model):\\n _inherit = 'clinic.service'\\n def write(): 0")
    []
    """
    if not OF_GATES & set(map(str, _models(source))):
        return []
    return [node.name for node in _nodes(source, ast.FunctionDef) if node.name in GATES]


def _long_file(source):
    lines = len(source.splitlines())
    return [f"{lines} lines"] if lines >= LONGEST_FILE else []


def _machine_paths(source):
    return re.findall(r"(?<![\w.}/])/(?:work|root|home|tmp|Users)/\w[\w./-]*", source)


def _unsolved_conflicts(source):
    return re.findall(r"^(?:<{7}|>{7}) .*", source, re.MULTILINE)


def _tracked_files():
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return [ROOT / name for name in names if name and _is_text(ROOT / name)]


def _is_text(path):
    return path.is_file() and b"\0" not in path.read_bytes()


def _manifest():
    return ast.literal_eval(_read(ADDON / "__manifest__.py"))


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (_foreign_to_engine, "from odoo import fields", "from .intervals import Interval"),
        (_foreign_to_engine, "from ..models import slot", "import zoneinfo"),
        (_foreign_to_engine, "import pytz", "from datetime import date"),
        (_foreign_to_models, "from ..controllers import booking", "from ..engine import slots"),
        (_foreign_to_models, "from ..controllers.booking import X", "from odoo import models"),
        (_foreign_to_controllers, "from ..models import X", "from ..exceptions import X"),
        (_foreign_to_controllers, "from ..models.clinic_booking import X", "import datetime"),
        (_business_in_the_web_layer, "env['a'].sudo()", "env['a'].search([])"),
        (_business_in_the_web_layer, "record.write({})", "record.read()"),
        (_business_in_the_web_layer, "request.env.cr.execute('x')", "request.env.user"),
        (_business_in_the_web_layer, "cursor = request.env.cr", "request.env.lang"),
        (_ends_of_transactions, "self.env.cr.commit()", "self.env.cr.savepoint()"),
        (_ends_of_transactions, "cr.rollback()", "cr.execute('x')"),
        (_naive_clocks, "datetime.now()", "datetime.now(timezone.utc)"),
        (_naive_clocks, "date.today()", "date(2026, 1, 1)"),
        (_naive_clocks, "datetime.utcnow()", "datetime.now(tz=zone)"),
        (_silencing_flags, "self.with_context(no_mail=True)", "self.with_context(lang='fr')"),
        (_silencing_flags, "self.env.context.get('skip_check')", "self.env.context.get('tz')"),
        (_silencing_flags, "self.env.context['loyalty_no_mail']", "self.env.context['lang']"),
        (_defaults_of_requests, "a.with_user(SUPERUSER_ID)", "a.sudo().with_user(SUPERUSER_ID)"),
        (_more_than_one_model, "class A(models.Model):\n _name='a'\n" * 2, "class A: pass"),
        (_long_file, "x = 1\n" * LONGEST_FILE, "x = 1\n"),
        (_long_routes, "def f():\n" + " x = 1\n" * LONGEST_ROUTE, "def f():\n return 1"),
        (_machine_paths, "open('/" + "root/x')", "fetch('/book/root/x')"),
        (_unsolved_conflicts, "a\n" + "<" * 7 + " HEAD\nb", "a <<< b"),
    ],
)
def test_each_rule_tells_bad_from_good(rule, bad, good):
    assert rule(bad) != []
    assert rule(good) == []


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (_changes_without_post, "", "methods=['POST']"),
        (_changes_without_post, "readonly=True, methods=['POST']", "methods=['POST']"),
        (_changes_without_post, "methods=['GET', 'POST']", "methods=['POST']"),
        (_changes_without_post, "readonly=True", "methods=['POST']"),
        (_unprotected_routes, "csrf=False", "methods=['POST']"),
    ],
)
def test_each_rule_of_routes_tells_bad_from_good(rule, bad, good):
    route = "@route('/x', {})\ndef confirm(self):\n    env['clinic.booking']._book(who)"

    assert rule(route.format(bad)) == ["confirm"]
    assert rule(route.format(good)) == []


def test_a_page_of_the_clinic_that_is_not_posted_to_changes_nothing():
    page = "@clinic_page('/x'{})\ndef confirm(self):\n    env['clinic.booking']._book(who)"

    assert _changes_without_post(page.format("")) == ["confirm"]
    assert _changes_without_post(page.format(", methods=['POST']")) == []


def test_there_is_something_to_check():
    assert [len(part) > 2 for part in (ENGINE, MODELS, CONTROLLERS)] == [True] * 3


def test_the_engine_knows_only_the_standard_library_and_itself():
    assert _breaches(_foreign_to_engine, ENGINE) == []


def test_models_do_not_know_the_controllers():
    assert _breaches(_foreign_to_models, MODELS) == []


def test_controllers_reach_models_through_the_environment_only():
    assert _breaches(_foreign_to_controllers, CONTROLLERS) == []


def test_controllers_parse_and_answer_and_leave_the_rest_to_the_models():
    assert _breaches(_business_in_the_web_layer, CONTROLLERS) == []


def test_routes_are_short():
    assert _breaches(_long_routes, CONTROLLERS) == []


def test_nobody_ends_a_transaction_by_hand():
    assert _breaches(_ends_of_transactions, CODE) == []


def test_the_engine_asks_no_clock_without_a_zone():
    assert _breaches(_naive_clocks, ENGINE) == []


def test_no_context_flag_turns_a_side_effect_off():
    assert _breaches(_silencing_flags, CODE) == []


def test_the_system_starts_without_the_defaults_of_a_request():
    assert _breaches(_defaults_of_requests, CODE) == []


def test_what_changes_something_is_posted_and_what_reads_is_read_only():
    assert _breaches(_changes_without_post, CONTROLLERS) == []


def test_every_route_is_made_in_the_one_way():
    bad, good = "@route('/x')\ndef x(self):\n    pass", "@clinic_page('/x')\ndef x(self):\n    pass"
    assert (_routes_made_otherwise(bad), _routes_made_otherwise(good)) == (["x"], [])

    assert _breaches(_routes_made_otherwise, CONTROLLERS) == []


def test_every_route_is_protected_against_forged_requests():
    assert _breaches(_unprotected_routes, CONTROLLERS) == []


def test_a_file_defines_one_model():
    assert _breaches(_more_than_one_model, MODELS) == []


@pytest.mark.parametrize("folder", ["models", "wizard"])
def test_each_file_lies_in_the_folder_of_a_domain_and_is_imported_there(folder):
    domains = [ADDON / folder / name for name in DOMAINS if (ADDON / folder / name).is_dir()]
    loose = {path.stem for path in (ADDON / folder).glob("*.py")}
    there = {path.parent for path in (ADDON / folder).rglob("*/*.py")}
    lists = {domain: _imported_from_here(_read(domain / "__init__.py")) for domain in domains}

    assert loose - OF_ALL_DOMAINS == set()
    assert there == set(domains)
    assert {domain: sorted(names) for domain, names in lists.items()} == {
        domain: sorted({path.stem for path in domain.glob("*.py")} - {"__init__"})
        for domain in domains
    }


@pytest.mark.parametrize("folder", ["models", "wizard"])
def test_domains_are_imported_in_their_order(folder):
    """So what happens depends on the order of the domains, and on no other."""
    order = _imported_from_here(_read(ADDON / folder / "__init__.py"))

    assert [name for name in order if name not in OF_ALL_DOMAINS] == [
        name for name in DOMAINS if (ADDON / folder / name).is_dir()
    ]


def test_a_file_is_named_after_a_model_that_is_opened_in_it():
    assert {
        path.relative_to(ROOT): wrong
        for path in MODELS
        if (wrong := _misnamed(path.stem, _models(_read(path))))
    } == {}


def test_a_domain_opens_a_model_in_the_file_of_its_name_alone():
    assert [
        (domain, model) for domain in DOMAINS for model in _scattered(_sources("models", domain))
    ] == []


def test_no_domain_hides_what_an_earlier_one_does():
    """What two domains do on the same occasion, both do: the later asks the earlier."""
    sources = [
        source
        for domain in DOMAINS
        for folder in ("models", "wizard")
        for source in _sources(folder, domain).values()
    ]

    assert _hidden_methods(sources) == []


def test_presenters_are_named_by_controllers_and_views_alone():
    presenters = {
        prefix: {name for name in _homes() if name.startswith(f"clinic.{prefix}")}
        for prefix in ("page", "desk")
    }
    elsewhere = [
        path
        for path in ADDON.rglob("*")
        if path.suffix in (".py", ".xml", ".csv")
        and path.relative_to(ADDON).parts[0] not in ("controllers", "views", "tests")
        and path.parent.name not in ("portal", "desk")
    ]

    assert presenters == {
        prefix: {name for name, home in _homes().items() if home == domain}
        for prefix, domain in (("page", "portal"), ("desk", "desk"))
    }
    assert _breaches(_named_presenters, elsewhere) == []


def test_no_domain_names_a_model_of_a_later_one():
    homes = _homes()

    assert {
        (path.parent.name, name)
        for path in DOMAIN_FILES
        for name in _named_too_early(_read(path), path.parent.name, homes)
    } == set()


def test_no_domain_calls_what_only_a_later_one_defines():
    methods = {}
    for path in DOMAIN_FILES:
        for name in _private_methods(_read(path)):
            methods.setdefault(name, set()).add(path.parent.name)

    assert {
        (path.parent.name, name)
        for path in DOMAIN_FILES
        for name in _called_too_early(_read(path), path.parent.name, methods)
    } == set()


def test_a_visit_has_one_gate_and_others_extend_what_is_called_there():
    others = [path for path in DOMAIN_FILES if path.parent.name != "appointment"]

    assert _breaches(_stored_beside, others) == []


def test_files_are_short():
    code = [
        path
        for kind in ("py", "js", "scss")
        for path in ADDON.rglob(f"*.{kind}")
        if "tests" not in path.parts
    ]

    assert {path.suffix for path in code} == {".py", ".js", ".scss"}
    assert _breaches(_long_file, code) == []


def test_odoo_finds_every_test():
    """It takes the members of the package `tests`, which has those of its folders."""
    folder = ADDON / "tests"
    there = sorted(path.relative_to(folder) for path in folder.rglob("test_*.py"))
    found = [
        Path(domain, f"{name}.py")
        for domain in _imported_from_here(_read(folder / "__init__.py"))
        for name in _imported_from_here(_read(folder / domain / "__init__.py"))
    ]

    assert {path.parent.name for path in there} == set(DOMAINS)
    assert len({path.name for path in there}) == len(there)
    assert sorted(found) == there


def test_no_file_knows_the_machine_it_was_written_on():
    assert _breaches(_machine_paths, _tracked_files()) == []


def test_no_file_has_two_versions_of_itself():
    assert _breaches(_unsolved_conflicts, _tracked_files()) == []


def test_the_manifest_lists_every_data_file_and_no_other():
    manifest = _manifest()
    listed = [*manifest["data"], *manifest["demo"]]

    there = {
        path.relative_to(ADDON).as_posix()
        for folder in DATA_FOLDERS
        for path in (ADDON / folder).rglob("*")
        if path.suffix in (".xml", ".csv")
    }

    assert sorted(listed) == sorted(there)
    assert {name for name in listed if name.startswith("demo/")} == set(manifest["demo"])


def test_views_lie_in_folders_of_domains():
    """Beside the menus, which are those of all."""
    views = ADDON / "views"

    assert {path.name for path in views.iterdir() if path.is_dir()} <= set(DOMAINS)
    assert {path.name for path in views.glob("*.xml")} == {"clinic_family_menus.xml"}


def test_every_model_with_records_says_who_may_read_them():
    with open(ADDON / "security" / "ir.model.access.csv", encoding="utf-8") as rights:
        ruled = {row["model_id:id"] for row in csv.DictReader(rights)}
    ours = {
        name
        for path in MODELS
        for name, base in _models_with_base(_read(path))
        if name.startswith("clinic.") and base != "models.AbstractModel"
    }

    assert "clinic.appointment" in ours
    assert {f"model_{name.replace('.', '_')}" for name in ours} - ruled == set()


def test_a_newcomers_question_leads_to_one_file():
    """The table of `docs/architecture.md` that says where each thing is."""
    rows = re.findall(
        r"^\| [^|]+ \| `([\w/]+\.\w+)` \| `(\w+)` \|$",
        _read(ROOT / "docs" / "architecture.md"),
        flags=re.MULTILINE,
    )

    assert len(rows) >= 20
    assert [
        (path, name)
        for path, name in rows
        if not (ADDON / path).is_file() or name not in _read(ADDON / path)
    ] == []
