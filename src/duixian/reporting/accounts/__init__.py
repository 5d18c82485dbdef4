"""The account book as office documents: tables, bulletins, statements; what departments fill in comes back."""
