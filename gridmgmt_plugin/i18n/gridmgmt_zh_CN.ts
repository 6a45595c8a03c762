<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
  <context>
    <name>gridmgmt</name>
    <message>
      <location filename="../gui/about.py" />
      <source>About and libraries</source>
      <translation>关于与运行环境</translation>
    </message>
    <message>
      <location filename="../gui/about.py" />
      <source>Close</source>
      <translation>关闭</translation>
    </message>
    <message>
      <location filename="../gui/about.py" />
      <source>Every library that the computing needs is here.</source>
      <translation>计算所需的库都已具备。</translation>
    </message>
    <message>
      <location filename="../gui/about.py" />
      <location filename="../gui/shell.py" />
      <location filename="../processing/provider.py" />
      <source>Grid Management</source>
      <translation>网格管理</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>About and libraries…</source>
      <translation>关于与运行环境…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Build responsibility grids…</source>
      <translation>划分责任网格…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Check everything…</source>
      <translation>全面检查…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Check geometry, codes, posts and relations, and list what is wrong</source>
      <translation>检查图形、编码、岗位和关联关系，列出问题</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Count cases per grid and find where they pile up beyond chance</source>
      <translation>按网格统计案件，找出显著高发的区域</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Cut the areas along the streets into coded unit grids</source>
      <translation>沿道路把区划切分为单元网格并编码</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Draw unit grids from streets…</source>
      <translation>按道路生成单元网格…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Export package…</source>
      <translation>导出成果包…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Find hot spots…</source>
      <translation>高发区域分析…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Grid tree</source>
      <translation>网格树</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Group unit grids into connected responsibility grids of balanced workload</source>
      <translation>把单元网格归并为连片、工作量均衡的责任网格</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Import cases…</source>
      <translation>导入案件…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Import components…</source>
      <translation>导入部件…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Import posts…</source>
      <translation>导入岗位…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Import street-lanes…</source>
      <translation>导入街巷…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Import unit grids…</source>
      <translation>导入单元网格…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Make a workspace from the administrative areas of a district</source>
      <translation>用一个区的行政区划建立网格库</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>New workspace…</source>
      <translation>新建网格库…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Open a workspace with its layers, forms and styles</source>
      <translation>打开网格库，连同图层、表单和样式</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Open sample</source>
      <translation>打开示例</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Open the sample district that comes with the plugin; it is invented</source>
      <translation>打开插件自带的示例街区（内容均为虚构）</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Open workspace…</source>
      <translation>打开网格库…</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Read cases, each with its unit grid and street-lane; phones and identity numbers are removed</source>
      <translation>读取案件，并落到单元网格和街巷；电话和身份证号自动去除</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Read manhole covers, lamps and the like, each with its unit grid and street-lane</source>
      <translation>读取井盖、路灯等部件，并落到单元网格和街巷</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Read street-lane officers and grid staff from a table</source>
      <translation>从表格读取街巷长和网格人员</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Show or hide the tree from county to unit grid</source>
      <translation>显示或隐藏从区到单元网格的层级树</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Show the versions in use and what is missing on this computer</source>
      <translation>查看各组件版本，以及本机缺少什么</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Take over unit grids that were drawn elsewhere, with a report of their faults</source>
      <translation>接收已有的单元网格，并给出问题报告</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Turn street segments into street-lanes with code, length and end points</source>
      <translation>把道路路段整理为街巷，带编码、长度和起止点</translation>
    </message>
    <message>
      <location filename="../gui/actions.py" />
      <source>Write the package that a dispatch system imports, after a full check</source>
      <translation>检查通过后，输出供指挥派遣系统导入的成果包</translation>
    </message>
  </context>
</TS>
