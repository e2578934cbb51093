"""The faces of a result: `terminal`, `page` (HTML) and `json`. Each takes results and draws; none scores or decides."""
