"""Icons and style; an installed package has the documentation in it as well."""
