"""Every planted bug replaces something that exists: one that patches an old name would plant
nothing.
"""

import ast
import inspect

import pytest

from tests import planted, planted_access, planted_identity, planted_moves


def patched():
    """(module of plants, "name.attribute") of each assignment to an attribute of an import."""
    for module in (planted, planted_access, planted_identity, planted_moves):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            for target in node.targets if isinstance(node, ast.Assign) else ():
                name = ast.unparse(target)
                if isinstance(target, ast.Attribute) and name.split(".")[0] in vars(module):
                    yield pytest.param(module, name, id=name)


@pytest.mark.parametrize(("module", "name"), list(patched()))
def test_a_plant_patches_what_is_there(module, name):
    first, *rest = name.split(".")
    found = vars(module)[first]
    for each in rest:
        assert hasattr(found, each), f"{name} is not there any more"
        found = getattr(found, each)
