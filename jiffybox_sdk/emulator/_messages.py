"""The messages of the emulated service, each with its standing.

Recorded messages are the service's own, from its clients' tests. Invented ones imitate their style (German, with
umlauts written as two letters) where only the error is known.
"""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from pydantic import JsonValue

from jiffybox_sdk._common.standing import Standing

Message = tuple[Literal["error", "success"], str]


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A message with placeholders, its standing, and the result that comes with it."""

    standing: Standing
    text: str
    result: Literal[False] | None = False


_recorded = partial(MessageTemplate, Standing.RECORDED)
_invented = partial(MessageTemplate, Standing.INVENTED)

WRONG_TOKEN = _recorded("Der von Ihnen uebergebene API-Token ist ungueltig.")
NO_SUCH_MODULE = _recorded("Das Modul {module} existiert nicht")
NO_SUCH_BOX = _recorded("Der Kunde Nr. 42 hat keine JiffyBox Nr. {number}.")
NAME_TAKEN = _recorded("Der Name existiert bereits.", result=None)
CHECK_DELETED = _recorded("Der Monitoring-Check {name}(M{number}) wird geloescht")

NO_SUCH_VERSION = _invented("Die Version {version} existiert nicht.")
NO_SUCH_CALL = _invented("Die Anfrage {verb} {path} wird nicht unterstuetzt.")
NO_SUCH_PLAN = _invented("Der Tarif {plan} existiert nicht.")
NO_SUCH_DISTRIBUTION = _invented("Die Distribution {distribution} existiert nicht.")
NO_SUCH_BACKUP = _invented("Das Backup {backup} existiert nicht.")
NO_SUCH_GROUP = _invented("Die Kontaktgruppe Nr. {number} existiert nicht.")
NO_SUCH_CHECK = _invented("Der Monitoring-Check Nr. {number} existiert nicht.")
NO_SUCH_IP = _invented("Die IP-Adresse {number} existiert nicht.")
BODY_TOO_LARGE = _invented("Die Anfrage ist zu gross.")
BAD_BODY = _invented("Die Anfrage enthaelt kein gueltiges JSON-Objekt.")
BAD_PARAMETER = _invented("Der Parameter {parameter} ist unbekannt, ungueltig oder fehlt.")
BAD_CHOICE = _invented("Von den Parametern {parameters} muss genau einer angegeben werden.")
NEEDS_PARAMETER = _invented("Es muss mindestens einer der Parameter {parameters} angegeben werden.")
METADATA_TOO_LARGE = _invented("Die Metadaten sind groesser als 4 kB.")
BUSY = _invented("Die JiffyBox Nr. {number} wird gerade bearbeitet ({status}).")
RUNNING = _invented("Die JiffyBox Nr. {number} ist eingeschaltet.")
NOT_RUNNING = _invented("Die JiffyBox Nr. {number} ist nicht eingeschaltet.")
FROZEN = _invented("Die JiffyBox Nr. {number} ist eingefroren.")
NOT_FROZEN = _invented("Die JiffyBox Nr. {number} ist nicht eingefroren.")
GROUP_BUSY = _invented("Die Kontaktgruppe Nr. {number} wird gerade bearbeitet ({status}).")
OWN_GROUP = _invented("Die Kontaktgruppe Stammdaten-E-Mail-Adresse kann nicht geaendert werden.")
CHECK_BUSY = _invented("Der Monitoring-Check Nr. {number} wird gerade bearbeitet ({status}).")
BACKUPS_ON = _invented("Fuer die JiffyBox Nr. {number} sind bereits periodische Backups eingerichtet.")
BACKUPS_OFF = _invented("Fuer die JiffyBox Nr. {number} sind keine periodischen Backups eingerichtet.")
BACKUP_RUNNING = _invented("Fuer die JiffyBox Nr. {number} wird gerade ein manuelles Backup erstellt.")
NOT_FLOATING = _invented("Die IP-Adresse {ip} kann nicht verschoben werden.")


class ServiceError(Exception):
    """An error message in place of a result."""

    def __init__(self, template: MessageTemplate, **values: object) -> None:
        super().__init__(template.text.format(**values))
        self.template = template


@dataclass(frozen=True, slots=True)
class ResultWithMessage:
    """A result with a message of type `success`."""

    result: JsonValue
    message: str
