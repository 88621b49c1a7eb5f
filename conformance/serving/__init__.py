"""A server that plays every fault of a network and of a server to a client under test, and a judge
that reports which duties the client broke.
"""
