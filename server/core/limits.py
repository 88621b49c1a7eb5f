"""Limits that the server and its clients share. Lengths count code points after NFC."""

TITLE_MAX = 500
DESCRIPTION_MAX = 20_000
COMMENT_MAX = 5_000
NAME_MAX = 100
LABEL_MAX = 60
ORDER_MAX = 64
EMAIL_MAX = 254
PASSWORD_MIN = 12
PASSWORD_MAX = 128
INVITE_USES_MAX = 100
CHANGES_MAX = 1_000  # per request
REQUEST_BYTES_MAX = 2 * 1024 * 1024
RECORD_BYTES_MAX = 64 * 1024
RECORD_FIELDS_MAX = 100
FIELD_WRITES_MAX = 8
FIELD_WRITES_OF_ACCOUNT_MAX = 2
CLOCK_ENTRIES_MAX = 64
FUTURE_MS_MAX = 60_000  # how far a change's clock reading can be ahead of the server's clock
NUMBER_MAX = 2**53 - 1  # the greatest integer that JavaScript represents exactly
