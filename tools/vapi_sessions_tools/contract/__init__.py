"""The Sessions API contract: facts, overlay, and the contract built from both."""
