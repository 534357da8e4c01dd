"""What is published and how: the packages, the bundle for desktop hosts, the registry's entry."""
