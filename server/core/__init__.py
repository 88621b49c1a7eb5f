"""The sync core: pure functions over plain values. Twin of pwa/js/core; README.md in this directory
has the contract.
"""
