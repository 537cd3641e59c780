"""The people of the target file."""
from cas_server.auth import AuthUser
from django.conf import settings


class People(AuthUser):
    """Name, password and attributes, as they stand in the file."""

    def __init__(self, username):
        self.person = next((one for one in settings.SITE["people"] if one["username"] == username), None)
        super().__init__(username)

    def test_password(self, password):
        """Is this the password?"""
        return self.person is not None and self.person["password"] == password

    def attributs(self):
        """What services learn."""
        return {} if self.person is None else {name: list(values) for name, values in self.person["attributes"].items()}
