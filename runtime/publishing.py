"""Publishing with all checks: what a person or a program does with a draft that is ready."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session

from runtime.core.document import DocumentError, DocumentProblem, parse
from runtime.core.problems import problems
from storage import releases
from storage.tables import Release


def publish(
    session: Session, bot_id: UUID, *, actor: str, note: str = "", share: int = 100
) -> Release:
    """The draft as the next release. Raises `DocumentError`, also for errors on its graph.

    They are looked for in the very document that was frozen, so that nobody's edit comes between;
    the exception undoes the release with its transaction.
    """
    release = releases.publish(session, bot_id, actor=actor, note=note, share=share)
    found = problems(parse(release.document))
    errors = [
        DocumentProblem(problem.path, problem.message, problem.hint)
        for problem in found
        if problem.severity == "error"
    ]
    if errors:
        raise DocumentError(errors)
    return release
