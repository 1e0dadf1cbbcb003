"""The habits of the house, each as a small test that names the lines which break it."""

from __future__ import annotations

import ast
import re

import pytest

from tests.rig.source import ROOT, modules, templates, written_files

CLOCK = "fedparents/clock.py"
SETTINGS = "fedparents/settings.py"
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
# Split, so that this file does not break its own rule.
NEVER_WRITTEN = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npmjs" + ".org",
    "deb.debian" + ".org",
    "/" + "work/",
    "/" + "root/",
]


def test_only_the_database_commits():
    found = [
        module.at(node)
        for module in modules()
        if not module.path.startswith(("fedparents/db/", "fedparents/migrations/"))
        for node in module.nodes()
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"}
    ]
    assert not found


def test_only_the_clock_knows_the_time():
    """`clock.now()` and `clock.stopwatch()` are all there is; they can be stopped by a test."""
    moments = {"now", "utcnow", "today"}
    found = [
        module.at(node)
        for module in modules()
        if module.path != CLOCK
        for node in module.nodes()
        if (isinstance(node, ast.Import) and any(alias.name == "time" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "time")
        or (
            isinstance(node, ast.Attribute)
            and node.attr in moments
            and isinstance(node.value, ast.Name)
            and node.value.id in {"datetime", "date"}
        )
    ]
    assert not found


def test_only_signing_says_who_somebody_is():
    """`Signed` is what every check has been passed for; nobody else may make one."""
    found = [
        module.at(node)
        for module in modules()
        if module.path != "federation/signing.py"
        for node in module.nodes()
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "Signed")
            or (isinstance(node.func, ast.Attribute) and node.func.attr == "Signed")
        )
    ]
    assert not found


def test_only_settings_read_the_environment():
    found = [
        module.at(node)
        for module in modules()
        if module.path != SETTINGS
        for node in module.nodes()
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    ]
    assert not found


def test_imports_inside_functions_say_why():
    found = [
        module.at(node)
        for module in modules()
        for function in module.nodes()
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not has_reason(module.lines, node)
    ]
    assert not found


def has_reason(lines: list[str], node: ast.stmt) -> bool:
    """A comment beside the import, or above it and its neighbours."""
    number = node.lineno - 1
    while "#" not in lines[number] and "import " in lines[number]:
        number -= 1
    return "#" in lines[number]


def test_modules_say_what_they_are_for():
    found = [
        module.path
        for module in modules()
        if not module.path.startswith("fedparents/migrations/versions/")
        and not re.match(
            r"[A-Z0-9`].*[.?:!]$",
            (ast.get_docstring(module.tree) or "").split("\n\n")[0].replace("\n", " "),
        )
    ]
    assert not found


def test_files_have_names_that_say_something():
    found = [
        str(path.relative_to(ROOT))
        for path in written_files()
        if path.suffix == ".py" and {path.stem, path.parent.name} & NAMES_THAT_SAY_NOTHING
    ]
    assert not found


def test_exemptions_say_why():
    """`noqa` and `type: ignore` name what they silence, and the reason."""
    silenced = re.compile(r"#\s*(noqa|type:\s*ignore)")
    explained = re.compile(
        r"#\s*(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[\w-]+\])\s+[-#]\s+\S"
    )
    found = [
        f"{module.path}:{number}"
        for module in modules()
        for number, line in enumerate(module.lines, 1)
        if silenced.search(line) and not explained.search(line)
    ]
    assert not found


def test_work_to_do_lies_in_issues_not_in_code():
    found = [
        f"{module.path}:{number}"
        for module in modules()
        for number, line in enumerate(module.lines, 1)
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line)
    ]
    assert not found


@pytest.mark.parametrize("word", NEVER_WRITTEN)
def test_no_place_of_one_machine_is_written_down(word):
    found = [
        str(path.relative_to(ROOT))
        for path in written_files()
        if word.encode() in path.read_bytes()
    ]
    assert not found


def test_templates_obey_the_content_policy():
    """No inline script or style, no handler attributes, nothing from another host."""
    forbidden = re.compile(
        r"""<script(?![^>]*\ssrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|(src|action|poster)\s*=\s*["']https?:""",
        re.IGNORECASE,
    )
    found = [
        f"{path}:{number}"
        for path, text in templates().items()
        if path.endswith(".html") and "/mail/" not in path
        for number, line in enumerate(text.splitlines(), 1)
        if forbidden.search(line)
    ]
    assert not found


def test_templates_that_trust_html_say_why():
    found = [
        f"{path}:{number}"
        for path, text in templates().items()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(r"\|\s*safe\b", line) and "{#" not in line
    ]
    assert not found
