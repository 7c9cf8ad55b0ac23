# The whole developer interface: `make run` and `make test`.
PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin
make_venv = test -x $(BIN)/python || { $(PYTHON) -c '$(check_python)' && $(PYTHON) -m venv .venv; }
check_python = import sys; sys.exit(sys.version_info < (3, 11) and "Marquee needs Python 3.11 or newer: make PYTHON=python3.12 run")

.PHONY: run test check clients clean

run: .venv/run.stamp
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: .venv/dev.stamp .venv/awscli/bin/aws
	./scripts/check

.venv/run.stamp: requirements.txt
	$(make_venv)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt
	$(make_venv)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@ .venv/run.stamp

# The AWS command line pins a botocore of its own, so it lives in an environment of its own.
.venv/awscli/bin/aws: | .venv/dev.stamp
	$(PYTHON) -m venv .venv/awscli
	.venv/awscli/bin/python -m pip install --quiet --disable-pip-version-check awscli==1.46.3

# Not part of `make test`: clients from elsewhere; docs/clients.md tells which variables name checkouts of theirs.
clients: .venv/dev.stamp .venv/awscli/bin/aws .venv/clients/bin/awslocal .venv/clients-2019/bin/python .venv/notebooks/bin/python
	$(BIN)/python -m clients

.venv/clients/bin/awslocal: | .venv/dev.stamp
	$(PYTHON) -m venv .venv/clients
	.venv/clients/bin/python -m pip install --quiet --disable-pip-version-check aioboto3 awswrangler s3fs awscli-local \
		capo-personalize capo-personalize-runtime capo-personalize-events

# The service's first year.
.venv/clients-2019/bin/python: | .venv/dev.stamp
	$(PYTHON) -m venv .venv/clients-2019
	.venv/clients-2019/bin/python -m pip install --quiet --disable-pip-version-check 'boto3==1.10.50'

# AWS's notebooks are written for the pandas of their years.
.venv/notebooks/bin/python: | .venv/dev.stamp
	$(PYTHON) -m venv .venv/notebooks
	.venv/notebooks/bin/python -m pip install --quiet --disable-pip-version-check 'pandas==1.5.3' 'numpy==1.23.5' \
		boto3 s3fs 'scipy<1.12' matplotlib seaborn tqdm lxml beautifulsoup4

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
