"""A contract as a Naftiko capability: one file that another framework serves the same operations from."""
