"""The sync core: pure functions over plain values. Twin of pwa/js/core; the contract is README.md
beside this file.
"""
