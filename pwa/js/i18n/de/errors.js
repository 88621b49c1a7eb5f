/** Deutsch: ein Teil von index.js. */
export default {
  "error.account_differs": "Inzwischen hat sich jemand anderes in diesem Browser angemeldet.",
  "error.admin_only": "Das können nur Administratoren.",
  "error.challenge_expired": "Die Passkey-Anfrage ist abgelaufen. Versuche es erneut.",
  "error.email_taken": "Ein Konto mit dieser E-Mail-Adresse gibt es schon.",
  "error.gone": "Dieser Eintrag wurde endgültig gelöscht. Lege eine Kopie an, um ihn zu behalten.",
  "error.id_taken": "Ein Eintrag mit derselben ID existiert schon. Lege stattdessen eine Kopie an.",
  "error.internal": "Auf dem Server ist ein Fehler aufgetreten. Versuche es später erneut.",
  "error.invalid": "Prüfe diese Felder: {fields}.",
  "error.invite_ended": "Diese Einladung wurde schon benutzt oder ist abgelaufen. Bitte um eine neue.",
  "error.invite_needed":
    "Um ein Konto anzulegen, brauchst du eine gültige Einladung für diese E-Mail-Adresse.",
  "error.invite_of_another": "Diese Einladung gilt für eine andere E-Mail-Adresse.",
  "error.last_admin":
    "Der Server braucht einen Administrator. Mache zuerst jemand anderen zum Administrator.",
  "error.last_owner":
    "Ein Bereich braucht einen Besitzer. Mache zuerst jemand anderen zum Besitzer oder lösche den Bereich.",
  "error.left_out":
    "Der Server wurde aus einer Sicherung wiederhergestellt und konnte dies nicht wieder übernehmen.",
  "error.link_expired":
    "Dieser Link wurde schon benutzt oder ist älter als 30 Minuten. Bitte um einen neuen.",
  "error.missing": "Der Server hat diesen Eintrag nicht. Lege eine Kopie an, um ihn zu behalten.",
  "error.moved":
    "Das wird gerade verschoben oder wurde in einen Bereich verschoben, den du nicht bearbeiten kannst. Versuche es später erneut oder lege eine Kopie an.",
  "error.no_such_account": "Dieses Konto gibt es nicht mehr.",
  "error.no_such_invite":
    "Diese Einladung gilt nicht mehr: Sie wurde benutzt oder widerrufen oder ist abgelaufen. Bitte um eine neue.",
  "error.no_such_member": "Diese Person ist kein Mitglied des Bereichs mehr.",
  "error.no_such_space": "Diesen Bereich gibt es nicht mehr, oder du bist kein Mitglied mehr.",
  "error.not_a_space_invite": "Diese Einladung ist zum Anlegen eines Kontos.",
  "error.not_author": "Du kannst nur deine eigenen Kommentare bearbeiten.",
  "error.not_found": "Das gibt es nicht mehr.",
  "error.not_oneself": "Das kannst du mit deinem eigenen Konto nicht tun. Bitte einen anderen Administrator.",
  "error.not_restored":
    "Der Server wurde nicht aus einer Sicherung wiederhergestellt. Er übernimmt keine älteren Einträge.",
  "error.own_quota_full": "Dein Konto hat keinen Speicherplatz mehr.",
  "error.owner_only":
    "Das können nur Besitzer oder die Person, die es hinzugefügt hat. Du kannst stattdessen eine Kopie anlegen.",
  "error.passkey_needed": "Füge zuerst einen Passkey hinzu.",
  "error.passkey_refused": "Der Passkey konnte nicht geprüft werden. Versuche es erneut.",
  "error.passkey_taken": "Dieser Passkey ist schon registriert.",
  "error.personal_space": "Das geht mit einem persönlichen Bereich nicht.",
  "error.quota_full": "Das Konto, zu dem dieser Bereich gehört, hat keinen Speicherplatz mehr.",
  "error.read_only": "Du hast nur Lesezugriff auf diesen Bereich.",
  "error.record_full": "Dieser Eintrag ist zu groß.",
  "error.registration_closed": "Die Registrierung ist geschlossen.",
  "error.revoked": "Du bist kein Mitglied dieses Bereichs mehr.",
  "error.role_too_low": "Das können nur Besitzer dieses Bereichs.",
  "error.second_factor_needed": "Bestätige mit einem deiner Passkeys.",
  "error.serverSays": "Meldung des Servers: „{message}“",
  "error.session_ended": "Deine Sitzung ist beendet. Melde dich wieder an.",
  "error.sign_in_first": "Melde dich zuerst an.",
  "error.space_full": "Dieser Bereich ist voll.",
  "error.storage_full":
    "Der Server hat keinen Speicherplatz mehr. Es wurde nichts geändert. Versuche es später erneut.",
  "error.too_large": "Das ist zu groß für den Server.",
  "error.too_late":
    "Der Server wurde vor mehr als 90 Tagen aus einer Sicherung wiederhergestellt. Er übernimmt keine älteren Einträge mehr.",
  "error.too_many_devices":
    "Dieses Konto hat zu viele Geräte. Entferne einige oder versuche es morgen erneut.",
  "error.too_many_invites": "Es gibt zu viele offene Einladungen. Widerrufe zuerst eine.",
  "error.too_many_passkeys": "Du hast zu viele Passkeys. Entferne zuerst einen.",
  "error.too_many_requests": "Zu viele Anfragen. Versuche es in {wait} erneut.",
  "error.too_many_spaces": "Du hast zu viele Bereiche. Lösche zuerst einen.",
  "error.too_many_tokens": "Du hast zu viele Token. Widerrufe zuerst einen.",
  "error.too_many_values":
    "Du hast dies gleichzeitig auf zwei anderen Geräten geändert. Wähle zuerst einen der Werte.",
  "error.unavailable": "Der Server ist ausgelastet. Versuche es gleich noch einmal.",
  "error.unknown": "Der Server hat das abgelehnt.",
  "error.unreachable": "Der Server ist nicht erreichbar. Deine Aufgaben sind auf diesem Gerät sicher.",
  "error.unsaved": "Der Eintrag wurde gelöscht. Unten siehst du, was du eingegeben hast.",
  "error.upgrade_client":
    "Diese Version der App ist zu alt für den Server. Lade die App neu, um sie zu aktualisieren.",
  "error.weak_password":
    "Wähle ein stärkeres Passwort: 12 bis 128 Zeichen und kein verbreitetes. Gut sind mehrere Wörter ohne Zusammenhang.",
  "error.wrong_credentials": "Die E-Mail-Adresse oder das Passwort ist falsch.",
  "error.wrong_password": "Das Passwort ist falsch.",
};
