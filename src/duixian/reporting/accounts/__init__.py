"""The account book as office documents: tables that go out to departments and come back."""
