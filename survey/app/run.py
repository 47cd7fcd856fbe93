"""The main use case: fetch every target, analyse every package, write the reports."""

import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime

import survey
from survey.app.excerpts import excerpts_of
from survey.app.output import check_writable, remove_files, remove_stale, write_dated, write_files
from survey.app.pins import load_pins
from survey.app.request import RunRequest, RunResult
from survey.app.scheduler import survey_targets
from survey.app.speech import SpeechNote, check_voices, scripts_of, speak_aloud, told_earlier
from survey.catalog import load_catalog, select_targets
from survey.knowledge.loader import load_knowledge
from survey.model.document import Document, Tool
from survey.model.errors import UsageError
from survey.model.progress import Progress
from survey.report.base import prepare
from survey.report.every import all_reports
from survey.report.json import JsonReport
from survey.report.pages import FOLDER, MARK
from survey.speech.files import is_of_another, script_files, sound_names
from survey.speech.model import SurveyFile
from survey.speech.wording import LANGUAGES as SPOKEN
from survey.verdicts.findings import find
from survey.view.excerpts import WayId
from survey.view.explanation import CodeLine
from survey.view.wording import say


def run_survey(request: RunRequest, progress: Progress) -> RunResult:
    """Survey what `request` asks for and write its report folder.

    A target or package that fails becomes part of the result. Raises `UsageError` for a wrong request, before any work is done, and
    lets `KeyboardInterrupt` through with nothing half-written.
    """
    generated_at = _now()
    targets = select_targets(load_catalog(request.catalog), request.only, request.adhoc, request.path)
    pins = load_pins(request.pins)
    check_writable(request.out)
    if request.audio:
        check_voices(SPOKEN, request.voices)
    knowledge = load_knowledge()
    bounded = replace(request, sources=replace(request.sources, timeout=request.timeout))
    code: dict[WayId, tuple[tuple[CodeLine, ...], ...]] = {}
    keep = (lambda result, frames: code.update(excerpts_of(result, frames))) if request.code else None
    results, failures = survey_targets(targets, bounded, pins, knowledge, progress, on_source=keep)
    document = Document(
        schema_="survey/v1",
        tool=Tool(version=survey.__version__, knowledge_sha256=knowledge.sha256),
        generated_at=generated_at.isoformat().replace("+00:00", "Z"),
        targets=results,
        findings=find(results, knowledge),
    )
    source = prepare(document, request.language, code if request.code else None)
    files = {name: data for report in all_reports() for name, data in report.files(source).items()}
    scripts = scripts_of(document) if request.speech or request.audio else {}
    of = SurveyFile(document.generated_at, hashlib.sha256(files[JsonReport.filename]).hexdigest())
    if scripts:
        files |= script_files(scripts, of, with_ssml=False)
    written = write_files(request.out, files)
    remove_files(request.out, sound_names(scripts))  # of an earlier script
    remove_stale(request.out, FOLDER, MARK, files)  # pages of projects that are surveyed no more
    notes: tuple[SpeechNote, ...] = ()
    if request.audio:
        # After the reports are safe: an engine may take its time.
        spoken, notes = speak_aloud(scripts, of, request.voices)
        written = tuple(dict.fromkeys((*written, *write_files(request.out, spoken))))
        files |= spoken
    elif not scripts and is_of_another(told_earlier(request.out), of):
        notes = (SpeechNote(say("speech.stale", folder=str(request.out)), say("speech.do.stale"), fault=False),)
    if request.keep:
        written += write_dated(request.out, generated_at.strftime("%Y-%m-%dT%H%M%SZ"), files)
    return RunResult(document, written, failures, notes)


def _now() -> datetime:
    """The time of the run, in UTC and whole seconds; SOURCE_DATE_EPOCH wins, for reproducible reports."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH is not a number of seconds: {epoch}", hint="unset it, or set it to seconds since 1970"
        ) from error
