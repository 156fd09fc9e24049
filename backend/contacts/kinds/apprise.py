"""Whatever else Apprise can reach, by its address."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from backend.alerts.channels.apprise.addresses import read_addresses
from backend.alerts.channels.apprise.service_address import open_address
from backend.contacts.kinds.base import AppriseKind, Form, Means, Words, asked


class AppriseForm(Form):
    """One address, as Apprise's documentation has it."""

    kind: Literal["apprise"]
    address: Annotated[SecretStr, Field(min_length=1, max_length=2000)] = asked(
        "Apprise 주소", "Apprise address", secret=True
    )


class AnyAddress(AppriseKind[AppriseForm]):
    """For owners: an address can lead anywhere, also into the house."""

    name = "apprise"
    title = Words("다른 서비스 (Apprise)", "Another service (Apprise)")
    help = Words(
        "github.com/caronc/apprise에서 서비스의 주소 형식을 찾아 넣으세요.",
        "Find the form of the service's address at github.com/caronc/apprise.",
    )
    form = AppriseForm

    def address(self, form: AppriseForm, means: Means) -> str:  # noqa: ARG002
        """As it was given."""
        found = read_addresses(form.address.get_secret_value())
        if len(found) != 1:
            raise ValueError("address: expected one address")
        return found[0].get_secret_value()

    def label(self, form: AppriseForm) -> str:
        """The service's name."""
        return str(open_address(form.address)[0].service_name)[:60]

    def names_server(self, form: AppriseForm) -> bool:  # noqa: ARG002
        """Always."""
        return True


KIND = AnyAddress()
