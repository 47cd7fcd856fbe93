"""Document -> everything a report says."""

from survey.model.document import Document
from survey.model.vocabulary import TargetStatus
from survey.view.answer import answer, hypotheses, uses
from survey.view.legend import legend
from survey.view.matrix import build_groups, shown_roles
from survey.view.model import ReportView, Unseen


def build_view(document: Document) -> ReportView:
    """The view of one survey; the same document gives the same view."""
    roles = shown_roles(document)
    groups = build_groups(document, roles)
    rows = [row for group in groups for row in group.rows]
    whole = TargetStatus.ANALYSED
    return ReportView(
        tool=document.tool,
        generated_at=document.generated_at,
        roles=roles,
        answer=answer(groups, document.generated_at),
        hypotheses=hypotheses(groups),
        uses=uses(groups),
        groups=groups,
        legend=legend(groups),
        unseen=Unseen(
            targets=tuple(group for group in groups if group.status is not whole),
            packages=tuple(row for row in rows if row.package.status is not whole),
            unresolved=sum(len(row.package.unresolved) for row in rows),
            skipped=sum(len(group.skipped) for group in groups),
        ),
        findings=document.findings,
    )
