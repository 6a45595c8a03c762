"""A city's own template of a paper: taken into the workspace, and given up again."""

from __future__ import annotations

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.papers.kinds import KINDS
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.project.papers.template import refuse_template
from gridmgmt_plugin.workspace.paper_templates import keep_template
from gridmgmt_plugin.workspace.workspace import Workspace


def keep_paper_template(workspace: Workspace, kind: str, template: str, name: str, author: str) -> Report:
    """Let the workspace have a template of its own for a kind of paper, in place of the one before.

    :param template: content of a ``.qpt``; "" goes back to the one that comes along. :param name: what it is called.
    :raises InputError: ``papers_kind_unknown``, ``template_unreadable``, ``template_without_map``.
    """
    if kind not in KINDS:
        raise InputError("papers_kind_unknown", kind=kind, known=", ".join(KINDS))
    if template:
        refuse_template(template, name)
    with workspace.transaction(author, "keep_paper_template") as transaction:
        keep_template(transaction, kind, template)
    return Report("keep_paper_template", accepted=1)
