"""The lowest version that pyproject.toml allows of each package that nhsrate needs at run time, as pip constraints."""

import re
import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
extras = project["optional-dependencies"]
for needed in [*project["dependencies"], *extras["formats"], *extras["parquet"]]:
    bounds = re.fullmatch(r"([\w-]+)>=([\w.]+),<([\w.]+)", needed)
    if bounds is None:
        sys.exit(f"{needed}: write it as name>=lowest,<first that is not tested")
    print(f"{bounds[1]}=={bounds[2]}")
