"""The account book as office documents: tables that go out to departments and come back."""

"""What goes out of the account book: tables, bulletins, statements."""
