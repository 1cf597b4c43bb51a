"""Failed asserts of the contract say their values, as those of test files do."""

import pytest

pytest.register_assert_rewrite(
    "tests.networks.contract_publishing",
    "tests.networks.contract_listening",
    "tests.networks.contract_faults",
    "tests.networks.looking",
)
