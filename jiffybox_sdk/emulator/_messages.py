"""What the emulated service says when it refuses, and how sure we are of each text.

Recorded texts are the service's own, as seen in the tests of its clients. The invented ones follow their manner
(German, umlauts written out), for situations of which only the refusal is known.
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Text:
    """A text with places to fill in, and its standing."""

    standing: Literal["recorded", "invented"]
    text: str

    def filled(self, **filling: object) -> str:
        """Returns the text with its places filled in."""
        return self.text.format(**filling)


WRONG_TOKEN = Text("recorded", "Der von Ihnen uebergebene API-Token ist ungueltig.")
NO_SUCH_MODULE = Text("recorded", "Das Modul {module} existiert nicht")
NO_SUCH_BOX = Text("recorded", "Der Kunde Nr. 42 hat keine JiffyBox Nr. {number}.")
NAME_TAKEN = Text("recorded", "Der Name existiert bereits.")

NO_SUCH_VERSION = Text("invented", "Die Version {version} existiert nicht.")
NO_SUCH_CALL = Text("invented", "Die Anfrage {verb} {path} wird nicht unterstuetzt.")
NO_SUCH_PLAN = Text("invented", "Der Tarif {plan} existiert nicht.")
NO_SUCH_DISTRIBUTION = Text("invented", "Die Distribution {distribution} existiert nicht.")
NO_SUCH_BACKUP = Text("invented", "Das Backup {backup} existiert nicht.")
BODY_TOO_LARGE = Text("invented", "Die Anfrage ist zu gross.")
BAD_BODY = Text("invented", "Die Anfrage enthaelt kein gueltiges JSON-Objekt.")
BAD_PARAMETER = Text("invented", "Der Parameter {parameter} ist unbekannt, ungueltig oder fehlt.")
BAD_CHOICE = Text("invented", "Von den Parametern {parameters} muss genau einer angegeben werden.")
NEEDS_PARAMETER = Text("invented", "Es muss mindestens einer der Parameter {parameters} angegeben werden.")
METADATA_TOO_LARGE = Text("invented", "Die Metadaten sind groesser als 4 kB.")
BUSY = Text("invented", "Die JiffyBox Nr. {number} wird gerade bearbeitet ({status}).")
RUNNING = Text("invented", "Die JiffyBox Nr. {number} ist eingeschaltet.")
NOT_RUNNING = Text("invented", "Die JiffyBox Nr. {number} ist nicht eingeschaltet.")
NO_SUCH_GROUP = Text("invented", "Die Kontaktgruppe Nr. {number} existiert nicht.")
NO_SUCH_CHECK = Text("invented", "Der Monitoring-Check Nr. {number} existiert nicht.")
NO_SUCH_IP = Text("invented", "Die IP-Adresse {number} existiert nicht.")
GROUP_BUSY = Text("invented", "Die Kontaktgruppe Nr. {number} wird gerade bearbeitet ({status}).")
OWN_GROUP = Text("invented", "Die Kontaktgruppe Stammdaten-E-Mail-Adresse kann nicht geaendert werden.")
CHECK_BUSY = Text("invented", "Der Monitoring-Check Nr. {number} wird gerade bearbeitet ({status}).")
BACKUPS_ON = Text("invented", "Fuer die JiffyBox Nr. {number} sind bereits periodische Backups eingerichtet.")
BACKUPS_OFF = Text("invented", "Fuer die JiffyBox Nr. {number} sind keine periodischen Backups eingerichtet.")
BACKUP_RUNNING = Text("invented", "Fuer die JiffyBox Nr. {number} wird gerade ein manuelles Backup erstellt.")
NOT_FLOATING = Text("invented", "Die IP-Adresse {ip} kann nicht verschoben werden.")
CHECK_DELETED = Text("recorded", "Der Monitoring-Check {name}(M{number}) wird geloescht")
FROZEN = Text("invented", "Die JiffyBox Nr. {number} ist eingefroren.")
NOT_FROZEN = Text("invented", "Die JiffyBox Nr. {number} ist nicht eingefroren.")


class Refusal(Exception):
    """The emulated service says no."""

    def __init__(self, text: Text, **filling: object) -> None:
        super().__init__(text.filled(**filling))


@dataclass(frozen=True, slots=True)
class ResultWithMessage:
    """A good answer with something said beside it."""

    result: JsonValue
    success: str
