# Everything that a developer or a curious planner types. `make` alone lists it.
#
# Each target first does the set-up that is missing (tools/setup.sh): Debian packages, a virtual environment over
# the system's Python (the one that QGIS uses), pinned Python packages. When all is there that takes no time.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/sh

SYSTEM_PYTHON ?= /usr/bin/python3
PYTHON := .venv/bin/python
VERSION = $(shell sed -n 's/^version=//p' metadata.txt)
PROFILE ?= default
TESTS ?= tests
SHAPELY ?= 2.0.7 2.1.2 2.2.0
NUMPY ?= 2.2.6
# Processes that the tests run in, no more than eight: one per core, and one for while others wait for a window or a
# lock. "make test WORKERS=0" runs them in one.
WORKERS ?= $(shell expr $$(nproc) + 1)
# A file stays whole: what it prepares once is prepared once.
PARALLEL = -n $(WORKERS) --maxprocesses=8 --dist=loadfile --no-loadscope-reorder

# pyproj inside a virtual environment does not find the system's PROJ data by itself.
export PROJ_DATA ?= /usr/share/proj
export SYSTEM_PYTHON
# Where Python may not keep what it compiled, each of the many processes compiles everything again.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

# Without a UTF-8 locale Qt cannot name files in Chinese.
ifeq ($(findstring utf8,$(subst UTF,utf,$(subst -,,$(or $(LC_ALL),$(LC_CTYPE),$(LANG))))),)
export LC_ALL := C.UTF-8
endif

# No window is wanted here; Qt wants a runtime folder that only we may read (made by tools/setup.sh).
demo test proof bench package install: export QT_QPA_PLATFORM := offscreen
demo test proof bench package install: export XDG_RUNTIME_DIR := $(CURDIR)/out/runtime

# The tests' server is that of the root which "make server SERVER=13" made; only root may enter it.
ifneq ($(SERVER),)
test proof: export GRIDMGMT_SERVER_ROOT := $(CURDIR)/out/servers/$(SERVER)
endif

# What the demo is given, word for word: spaces, Chinese, "|layername=" and "$" in a value reach it unchanged.
DEMO_OPTIONS := AREAS STREETS CASES COMPONENTS COORDINATES TARGET OUT \
	AREAS_FIELDS STREETS_FIELDS CASES_FIELDS COMPONENTS_FIELDS MERGE_PARTS
$(foreach name,$(DEMO_OPTIONS),$(if $(value $(name)),$(eval override export $(name) := $$(value $(name)))))

help: ## this list · 命令一览
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r target text; do \
		printf '%-16s %s\n' "$$target" "$$text"; done
	@echo '  make demo AREAS=… STREETS=… [CASES=… COMPONENTS=… COORDINATES=lonlat|gcj02|bd09|crs TARGET=m² OUT=folder]'
	@echo '       [AREAS_FIELDS=code=…,name=… STREETS_FIELDS=name=…,class=… CASES_FIELDS=id=…,reported_at=…,x=…,y=… COMPONENTS_FIELDS=… MERGE_PARTS=1]'
	@echo '  make matrix [RELEASES="12 13 13-backports"] [RUN="demo test"] [TESTS="tests/core"] [KEEP=1]'
	@echo '  make server SERVER=13 [MIRROR=http://…], then make test SERVER=13 [TESTS="tests/workspace"]'

demo: setup-demo ## the whole chain on the sample district, or on yours · 演示（示例街区或自己的数据）
	@$(PYTHON) -m tools.demo \
		$${AREAS:+--areas "$$AREAS"} $${STREETS:+--streets "$$STREETS"} $${CASES:+--cases "$$CASES"} \
		$${COMPONENTS:+--components "$$COMPONENTS"} $${COORDINATES:+--coordinates "$$COORDINATES"} \
		$${TARGET:+--target "$$TARGET"} \
		$${AREAS_FIELDS:+--areas-fields "$$AREAS_FIELDS"} $${STREETS_FIELDS:+--streets-fields "$$STREETS_FIELDS"} \
		$${CASES_FIELDS:+--cases-fields "$$CASES_FIELDS"} \
		$${COMPONENTS_FIELDS:+--components-fields "$$COMPONENTS_FIELDS"} \
		$$(test "$$MERGE_PARTS" != 1 || echo --merge-parts) $${OUT:+--out "$$OUT"}

# The types are looked at beside the tests, as it takes one process a minute when nothing is known of the last time.
test: setup-test translations ## style, types and tests, a real QGIS window included · 全部检查和测试
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@mkdir -p out; $(PYTHON) -m mypy >out/types.log 2>&1 & types=$$!; trap 'kill $$types 2>/dev/null' INT TERM; \
		$(PYTHON) -m pytest $(PARALLEL) $(TESTS); tests=$$?; \
		wait $$types; typed=$$?; cat out/types.log; test $$tests = 0 && test $$typed = 0

proof: types translations ## the long ones: ten thousand gestures, kills, new random examples · 长时间验证
	@$(PYTHON) -m pytest $(PARALLEL) -m "proof or kills or hypothesis" --hypothesis-profile=new_examples $(TESTS)
	@$(PYTHON) -m pytest $(PARALLEL) -p tests.held_files tests/workspace tests/exchange tests/jobs tests/qgis/processing

lint: setup-test ## style and types only · 代码风格与类型检查
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

run: setup-demo out/sample/workspace.qgz ## open QGIS with the plugin and the demo project · 打开 QGIS 和演示工程
	@ls out/demo/*.qg[sz] >/dev/null 2>&1 || $(MAKE) demo
	@$(PYTHON) -m tools.run_qgis

install: setup-demo out/sample/workspace.qgz ## put the plugin into your QGIS profile (PROFILE=default) · 安装到本机 QGIS
	@$(PYTHON) -m tools.install --profile "$(PROFILE)"

package: setup-demo out/sample/workspace.qgz ## the zip that QGIS's plugin manager installs · 生成插件安装包
	@$(PYTHON) -m tools.package

docs: setup-demo ## the manual as local pages, in out/manual · 生成用户手册网页
	@$(PYTHON) -m tools.manual

pictures: setup-test ## take the manual's pictures anew, in a real window · 重拍手册里的图
	@$(PYTHON) -m pytest $(PARALLEL) -m "proof or not proof" tests/desktop
	@$(PYTHON) -m tools.pictures

# The ready-made sample that the plugin opens without any library of its own; made anew when code or data changed.
out/sample/workspace.qgz: $(shell find gridmgmt_plugin resources tools/demo -type f ! -name '*.pyc' ! -name '*.qm')
	@$(PYTHON) -m tools.demo --out out/sample --no-package --language zh_CN

bench: setup-test ## measure the heavy jobs · 性能测量
	@test -x out/bench/bin/python || $(SYSTEM_PYTHON) -m venv out/bench
	-@out/bench/bin/python -m pip install -q -r requirements-bench.txt
	@$(PYTHON) -m tests.bench

server: setup-matrix ## a root with an older PostgreSQL for SERVER=13 of the tests (as root) · 旧版数据库服务器
	@$(SYSTEM_PYTHON) -m tools.matrix.server $(SERVER) $(if $(MIRROR),--mirror "$(MIRROR)")

matrix: setup-matrix ## demo and tests in fresh roots of Debian 12, 13 and 13 with backports (as root) · 各版本系统上的测试
	@$(SYSTEM_PYTHON) -m tools.matrix $(if $(RELEASES),--releases $(RELEASES)) $(if $(RUN),--run $(RUN)) \
		$(if $(KEEP),--keep) $(if $(ROOTS),--roots "$(ROOTS)") $(if $(filter-out tests,$(TESTS)),--tests "$(TESTS)")

shapely: setup-test ## tests/core with older and newer shapely: SHAPELY="2.0.7 2.1.2 2.2.0" · 各版本 shapely 上的核心测试
	@failed=0; for version in $(SHAPELY); do \
		echo "shapely $$version"; \
		test -d out/shapely/$$version || $(PYTHON) -m pip install -q --no-deps --target out/shapely/$$version \
			shapely==$$version || exit 1; \
		PYTHONPATH=out/shapely/$$version $(PYTHON) -m pytest $(PARALLEL) $(if $(filter-out tests,$(TESTS)),$(TESTS),tests/core) \
			|| failed=1; \
	done; exit $$failed

types: setup-test ## mypy with the types of another numpy: NUMPY="2.2.6" · 按其他 numpy 版本检查类型
	@test -d out/types/$(NUMPY) || $(PYTHON) -m pip install -q --no-deps --target out/types/$(NUMPY) numpy==$(NUMPY)
	@MYPYPATH= PYTHONPATH=out/types/$(NUMPY) $(PYTHON) -m mypy --cache-dir out/types/cache-$(NUMPY)

translate: setup-demo ## collect the interface texts and compile the translation · 提取并编译界面翻译
	@$(PYTHON) -m tools.translations update

house: setup-demo ## draw docs/images/house.svg: layers, folders, imports · 由代码绘制结构图
	@$(PYTHON) -m tools.draw_house

clean: ## remove what was built; the virtual environment stays · 清理生成的文件
	rm -rf out dist .pytest_cache .mypy_cache .ruff_cache .hypothesis gridmgmt_plugin/i18n/*.qm
	find gridmgmt_plugin tools tests -name __pycache__ -type d -prune -exec rm -rf {} +

translations: setup-demo
	@$(PYTHON) -m tools.translations compile

setup-demo:
	@tools/setup.sh demo

setup-test:
	@tools/setup.sh test

setup-matrix:
	@tools/setup.sh matrix

.PHONY: help demo test proof lint run install package docs pictures bench server matrix shapely types translate house clean translations
.PHONY: setup-demo setup-test setup-matrix
