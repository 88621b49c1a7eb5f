"""The conformance kit of the sync protocol: it checks servers and clients against sync_protocol.md.

`python -m conformance URL` checks a server. It uses only the standard library and nothing of the
server here, so that it can be copied into any other project.
"""
