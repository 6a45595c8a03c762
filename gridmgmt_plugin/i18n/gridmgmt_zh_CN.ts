<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
  <context>
    <name>gridmgmt</name>
    <message>
      <location filename="../gui/beside/controller.py" />
      <source>Reading what a colleague saved</source>
      <translation>正在读取同事保存的内容</translation>
    </message>
    <message>
      <location filename="../gui/beside/edits_telling.py" />
      <source>Noting what is edited here</source>
      <translation>记录这里正在编辑的内容</translation>
    </message>
    <message>
      <location filename="../gui/beside/presence_links.py" />
      <source>No colleague is editing</source>
      <translation>没有同事在编辑</translation>
    </message>
    <message>
      <location filename="../gui/beside/presence_links.py" />
      <location filename="../gui/frame/options.py" />
      <source>Show on the map where colleagues edit</source>
      <translation>在地图上显示同事正在编辑的地方</translation>
    </message>
    <message>
      <location filename="../gui/beside/presence_links.py" />
      <source>{count} {count:colleague is|colleagues are} editing</source>
      <translation>{count} 位同事正在编辑</translation>
    </message>
    <message>
      <location filename="../gui/beside/presence_watch.py" />
      <source>Looking where colleagues edit</source>
      <translation>查看同事在哪里编辑</translation>
    </message>
    <message>
      <location filename="../gui/beside/upgrade_watch.py" />
      <source>Looking for upgrades</source>
      <translation>查看是否有人升级</translation>
    </message>
    <message>
      <location filename="../gui/beside/upgrade_watch.py" />
      <source>Save edits</source>
      <translation>保存编辑</translation>
    </message>
    <message>
      <location filename="../gui/beside/words.py" />
      <location filename="../gui/editing/save_watch.py" />
      <location filename="../gui/frame/pending_edits.py" />
      <location filename="../gui/issues/model.py" />
      <location filename="../gui/jobs/balance.py" />
      <location filename="../gui/jobs/columns_panel.py" />
      <location filename="../gui/jobs/picked_fields.py" />
      <location filename="../gui/jobs/workspace_fields.py" />
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../gui/lanes/patrol_page.py" />
      <location filename="../gui/opening/session.py" />
      <location filename="../gui/people/answer_html.py" />
      <location filename="../gui/people/asking.py" />
      <location filename="../gui/people/board_rows.py" />
      <location filename="../gui/schemes/window.py" />
      <location filename="../gui/state/follower.py" />
      <location filename="../gui/tree/answer_card.py" />
      <location filename="../project/expressions/functions.py" />
      <location filename="../project/map/officer_style.py" />
      <source>, </source>
      <translation>、</translation>
    </message>
    <message>
      <location filename="../gui/beside/words.py" />
      <source>Somebody</source>
      <translation>有人</translation>
    </message>
    <message>
      <location filename="../gui/beside/words.py" />
      <source>{who_and_where} ({what})</source>
      <translation>{who_and_where}（{what}）</translation>
    </message>
    <message>
      <location filename="../gui/beside/words.py" />
      <source>{who}: editing here since {since}</source>
      <translation>{who}：{since} 起在此编辑</translation>
    </message>
    <message>
      <location filename="../gui/beside/words.py" />
      <source>{who}: editing in {places} since {since}</source>
      <translation>{who}：{since} 起在{places}编辑</translation>
    </message>
    <message>
      <location filename="../gui/beside/words.py" />
      <source>{who}: editing since {since}</source>
      <translation>{who}：{since} 起在编辑</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/class_tree.py" />
      <source>Asks for all classes again</source>
      <translation>恢复为全部类别</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/class_tree.py" />
      <location filename="../gui/casefigures/dock.py" />
      <location filename="../gui/editing/figures_panel.py" />
      <location filename="../gui/inspection/inspection_dock.py" />
      <location filename="../gui/lanes/case_tables.py" />
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../gui/tree/tree_model.py" />
      <source>Cases</source>
      <translation>案件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/class_tree.py" />
      <location filename="../gui/intake/waiting_dock.py" />
      <location filename="../gui/people/answers_dock.py" />
      <location filename="../gui/people/duty_dock.py" />
      <location filename="../gui/people/ownership_dock.py" />
      <location filename="../processing/algorithms/inventory/count.py" />
      <location filename="../project/papers/meeting_sheet.py" />
      <source>Class</source>
      <translation>类别</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/class_tree.py" />
      <source>Code or part of a name</source>
      <translation>代码或名称的一部分</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/class_tree.py" />
      <source>Only cases of the classes that are ticked; none means all</source>
      <translation>只统计勾选的类别，一个都不勾就是全部</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/class_tree.py" />
      <source>Shows the classes with this in code or name; Enter asks for just these</source>
      <translation>列出代码或名称里有这些字的类别，按回车键只统计这些</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/class_tree.py" />
      <source>Which classes of cases: a click opens the tree of classes, with a line to search it</source>
      <translation>统计哪些类别：单击展开大类、小类，可搜索</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/class_tree.py" />
      <location filename="../gui/inventory/question_bar.py" />
      <location filename="../gui/jobs/known_fields.py" />
      <source>all classes</source>
      <translation>全部类别</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/class_tree.py" />
      <source>others</source>
      <translation>其他</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/class_tree.py" />
      <source>{count} {count:class|classes}</source>
      <translation>{count} 个类别</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/desk.py" />
      <location filename="../gui/handover/desk.py" />
      <location filename="../gui/inspection/inspection_desk.py" />
      <location filename="../gui/inspection/inspection_dock.py" />
      <location filename="../gui/intake/waiting_desk.py" />
      <location filename="../gui/inventory/desk.py" />
      <location filename="../gui/lanes/officers_desk.py" />
      <location filename="../gui/ledgers/desk.py" />
      <location filename="../gui/people/controller.py" />
      <location filename="../gui/people/duty_desk.py" />
      <location filename="../gui/people/ownership_desk.py" />
      <source>No workspace is open.</source>
      <translation>没有打开网格库。</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/desk.py" />
      <source>Not in this workspace, so not asked for: {names}</source>
      <translation>这个网格库里没有，未作为条件：{names}</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/desk.py" />
      <source>Nothing of this level is selected on the map.</source>
      <translation>地图上没有选中这一级的对象。</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/desk.py" />
      <source>Reading the cases</source>
      <translation>正在读取案件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/desk.py" />
      <source>The map shows all cases: they are being edited, too many lie in the places that are selected, or the layer has a filter that is a whole query.</source>
      <translation>地图仍显示全部案件：案件正在编辑、选中范围内案件太多，或图层的过滤条件是一条完整的查询语句。</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <location filename="../gui/handover/dock.py" />
      <location filename="../gui/painting/figures_text.py" />
      <location filename="../gui/people/answer_html.py" />
      <location filename="../gui/state/follower.py" />
      <location filename="../gui/tree/answer_card.py" />
      <source>: </source>
      <translation>：</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Before</source>
      <translation>上期</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Briefing…</source>
      <translation>简报…</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <location filename="../gui/frame/actions.py" />
      <source>Case figures</source>
      <translation>案件高发看板</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Cases by day</source>
      <translation>逐日案件数</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Cases by day or month. A click asks for that day or month alone.</source>
      <translation>逐日或逐月的案件数。单击只看那一天或那个月。</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Cases by weekday and hour</source>
      <translation>按星期和时段的案件数</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Cases by weekday and hour of their report: the darker, the more.</source>
      <translation>按上报的星期和时段统计：颜色越深，案件越多。</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Cases by what is chosen above</source>
      <translation>按上方所选项目的案件数</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Course</source>
      <translation>走势</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Figures</source>
      <translation>数字与排行</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Find hot spots…</source>
      <translation>查找高发区域…</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Fri</source>
      <translation>五</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Makes a briefing of the period, class, source, state, department and level that are chosen here</source>
      <translation>按这里选定的时段、类别、来源、状态、部门和统计单元制作简报</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Mon</source>
      <translation>一</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Mostly</source>
      <translation>最多类别</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Opens the search for hot spots with the period, class of events and level that are chosen here</source>
      <translation>按这里选定的时段、事件类别和层级打开“查找高发区域”</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Play day by day</source>
      <translation>逐日播放</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Question</source>
      <translation>条件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Sat</source>
      <translation>六</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Shares</source>
      <translation>构成</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Shows the cases of the period on the map day by day, with QGIS's temporal controller</source>
      <translation>用 QGIS 的时态控制器在地图上逐日播放这段时间的案件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Sun</source>
      <translation>日</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>The most frequent first. A click asks for it alone, ages excepted; another click for all again.</source>
      <translation>从多到少排列。单击只看这一项（按积压天数时除外），再次单击恢复全部。</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>The places with most cases. A click or Enter shows one on the map.</source>
      <translation>案件最多的地方。单击或按回车键在地图上显示。</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Thu</source>
      <translation>四</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Top places</source>
      <translation>高发的地方</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Tue</source>
      <translation>二</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>Wed</source>
      <translation>三</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>What the bars tell apart</source>
      <translation>条形图按什么区分</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>by class</source>
      <translation>按类别</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>by department</source>
      <translation>按处置部门</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>by source</source>
      <translation>按来源</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>by state</source>
      <translation>按办理状态</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>none in {when}</source>
      <translation>{when} 无案件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>open cases by age</source>
      <translation>未结案件按积压天数</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>over {days} {days:day|days}</source>
      <translation>超过 {days} 天</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>up to {days} {days:day|days}</source>
      <translation>{days} 天以内</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>{count:case|cases}</source>
      <translation>件案件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>{count} {count:other|others}</source>
      <translation>其余 {count} 项</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>{day} {hour}:00 to {next}:00: {count} {count:case|cases}</source>
      <translation>星期{day} {hour}:00–{next}:00：{count} 件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>{first} to {last}</source>
      <translation>{first} 至 {last}</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>{open} open, {old} for more than {days} {days:day|days}</source>
      <translation>未结 {open} 件，其中 {old} 件超过 {days} 天</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>{outside} in none of the places</source>
      <translation>{outside} 件不在任何一处</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>{sign} {change} % against {when} ({other})</source>
      <translation>{sign} {change} %，对比 {when}（{other} 件）</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/dock.py" />
      <source>{when}: {count} {count:case|cases}</source>
      <translation>{when}：{count} 件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/evaluated_cases.py" />
      <source>A click on a figure lists the cases behind it and shows them on the map.</source>
      <translation>单击一个数字，列出它所统计的案件，并在地图上显示。</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/evaluated_cases.py" />
      <source>Looking for the cases …</source>
      <translation>正在查找案件…</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/evaluated_cases.py" />
      <source>Not shown, for the filter of the layer hides them or they are gone: {count}</source>
      <translation>未显示（被图层过滤条件隐藏或已不存在）：{count} 件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/evaluated_cases.py" />
      <source>These figures are of {place}, which is not open now.</source>
      <translation>这些数字出自 {place}，该网格库现在没有打开。</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/evaluated_cases.py" />
      <location filename="../gui/jobs/result_view.py" />
      <source>{count} more in the table of the layer</source>
      <translation>另有 {count} 行，见图层属性表</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/evaluated_cases.py" />
      <source>{what}: no case</source>
      <translation>{what}：没有案件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/evaluated_cases.py" />
      <source>{what}: {count} of {among} {among:case|cases}</source>
      <translation>{what}：{among} 件中的 {count} 件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/evaluated_cases.py" />
      <source>{what}: {count} {count:case|cases}</source>
      <translation>{what}：{count} 件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/presets.py" />
      <source>Another name</source>
      <translation>新名称</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/presets.py" />
      <source>Forget</source>
      <translation>删除</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/presets.py" />
      <source>Keep what is asked now…</source>
      <translation>保存当前条件…</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/presets.py" />
      <source>Keeps what is asked here under a name, and asks it again</source>
      <translation>把这里选定的条件起个名字存下来，以后一点就用</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/presets.py" />
      <source>My questions</source>
      <translation>常用查询</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/presets.py" />
      <source>Name of this question</source>
      <translation>查询名称</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/presets.py" />
      <source>Rename</source>
      <translation>改名</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>Months begin on day</source>
      <translation>考核月起始日</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>Only cases in the places that are selected on the map, of the level that is ranked</source>
      <translation>只统计地图上选中的地方（所选层级）内的案件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>Only cases in this state</source>
      <translation>只看处于这一办理状态的案件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>Only cases that this department handles</source>
      <translation>只看由此部门处置的案件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>Only cases that were reported by this source</source>
      <translation>只看由此来源上报的案件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <location filename="../gui/inventory/question_bar.py" />
      <source>Only what is selected on the map</source>
      <translation>只看地图上选中的</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>Period</source>
      <translation>时段</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>Places</source>
      <translation>地方</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>Show only these on the map</source>
      <translation>地图上只显示这些</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>The day on which assessment months begin. From the 2nd on a month is named after the one it ends in.</source>
      <translation>考核月的起始日。不从 1 日开始时，考核月以其结束所在的月份命名。</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>The first day that counts</source>
      <translation>起始日期（含）</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>The last day that counts</source>
      <translation>截止日期（含）</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>The map shows just the cases that are counted here, and all again when this dock is closed</source>
      <translation>地图上只显示这里统计的案件，关闭看板后恢复全部</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>Which days: as of today, all, or days of your own</source>
      <translation>统计哪些天：以今天为准的时段、全部，或自选起止日期</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>Which places are ranked, and counted where places are selected</source>
      <translation>按哪一级的地方排名；勾选“只看地图上选中的”时也按这一级统计</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>all cases</source>
      <translation>全部案件</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <location filename="../gui/inventory/question_bar.py" />
      <location filename="../gui/people/ownership_dock.py" />
      <source>all departments</source>
      <translation>全部部门</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>all sources</source>
      <translation>全部来源</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <location filename="../gui/inventory/question_bar.py" />
      <location filename="../gui/people/ownership_dock.py" />
      <source>all states</source>
      <translation>全部状态</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>communities</source>
      <translation>社区</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>days of your own</source>
      <translation>自选日期</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>last month</source>
      <translation>上月</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>responsibility grids</source>
      <translation>责任网格</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>street-lanes</source>
      <translation>街巷</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>this month</source>
      <translation>本月</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>this quarter</source>
      <translation>本季</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>this year</source>
      <translation>本年</translation>
    </message>
    <message>
      <location filename="../gui/casefigures/question_bar.py" />
      <source>unit grids</source>
      <translation>单元网格</translation>
    </message>
    <message>
      <location filename="../gui/editing/absorb.py" />
      <location filename="../gui/frame/actions.py" />
      <source>Absorb sliver</source>
      <translation>消除碎面</translation>
    </message>
    <message>
      <location filename="../gui/editing/absorb.py" />
      <source>Click the sliver to dissolve (red); Tab chooses another neighbour to take it</source>
      <translation>单击要消除的碎面（红色）；按 Tab 换一个接收的网格</translation>
    </message>
    <message>
      <location filename="../gui/editing/absorb.py" />
      <source>Dissolve</source>
      <translation>消除</translation>
    </message>
    <message>
      <location filename="../gui/editing/absorb.py" />
      <source>Dissolve {code} into {taker}?</source>
      <translation>把 {code} 并入 {taker}？</translation>
    </message>
    <message>
      <location filename="../gui/editing/absorb.py" />
      <source>It is no sliver: it has {area} m².</source>
      <translation>它不是碎面：面积 {area} 平方米。</translation>
    </message>
    <message>
      <location filename="../gui/editing/absorb.py" />
      <source>Its ground passes to another responsibility grid: {schemes}.</source>
      <translation>它的范围会划到另一个责任网格（{schemes}）。</translation>
    </message>
    <message>
      <location filename="../gui/editing/controller.py" />
      <source>Turn it off</source>
      <translation>关闭它</translation>
    </message>
    <message>
      <location filename="../gui/editing/desk.py" />
      <location filename="../gui/editing/repair_dialog.py" />
      <location filename="../gui/issues/buffer_fixes.py" />
      <location filename="../gui/issues/dialogs.py" />
      <source>new</source>
      <translation>新</translation>
    </message>
    <message>
      <location filename="../gui/editing/draw.py" />
      <location filename="../gui/frame/actions.py" />
      <source>Draw</source>
      <translation>绘制</translation>
    </message>
    <message>
      <location filename="../gui/editing/draw.py" />
      <source>Draw the outline of a new cell: click corner by corner, or drag around it</source>
      <translation>画新网格的轮廓：逐点单击，或按住左键绕一圈</translation>
    </message>
    <message>
      <location filename="../gui/editing/draw.py" />
      <source>Next corner; double click or Enter closes the outline, Backspace takes a corner back, Esc cancels</source>
      <translation>继续点下一个拐点；双击或回车闭合，退格撤一点，Esc 取消</translation>
    </message>
    <message>
      <location filename="../gui/editing/draw.py" />
      <source>Only ground that no cell covers</source>
      <translation>只填补没有网格的空白</translation>
    </message>
    <message>
      <location filename="../gui/editing/draw.py" />
      <source>The new cell takes nothing from its neighbours and fills bare ground only.</source>
      <translation>新网格不占相邻网格的地方，只填补没有网格的空白。</translation>
    </message>
    <message>
      <location filename="../gui/editing/enclose.py" />
      <source>Click between streets: the enclosed block becomes a cell</source>
      <translation>在街巷之间单击，围合的街块成为一个网格</translation>
    </message>
    <message>
      <location filename="../gui/editing/enclose.py" />
      <location filename="../gui/frame/actions.py" />
      <source>Enclosed block to cell</source>
      <translation>围合成格</translation>
    </message>
    <message>
      <location filename="../gui/editing/figures_panel.py" />
      <source>Change m²</source>
      <translation>增减（平方米）</translation>
    </message>
    <message>
      <location filename="../gui/editing/figures_panel.py" />
      <location filename="../gui/jobs/passing_view.py" />
      <location filename="../gui/painting/figures_text.py" />
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../processing/algorithms/people/duty.py" />
      <location filename="../processing/parameters.py" />
      <location filename="../project/papers/change_sheet.py" />
      <source>Components</source>
      <translation>部件数</translation>
    </message>
    <message>
      <location filename="../gui/editing/figures_panel.py" />
      <source>Target</source>
      <translation>较目标</translation>
    </message>
    <message>
      <location filename="../gui/editing/figures_panel.py" />
      <location filename="../gui/painting/figures_text.py" />
      <location filename="../gui/people/end_dialog.py" />
      <source>and {count} more</source>
      <translation>另有 {count} 个</translation>
    </message>
    <message>
      <location filename="../gui/editing/figures_panel.py" />
      <source>ha</source>
      <translation>公顷</translation>
    </message>
    <message>
      <location filename="../gui/editing/figures_panel.py" />
      <source>m²</source>
      <translation>平方米</translation>
    </message>
    <message>
      <location filename="../gui/editing/figures_panel.py" />
      <location filename="../gui/editing/split.py" />
      <location filename="../gui/overtaken/side_maps.py" />
      <source>{area} m²</source>
      <translation>{area} 平方米</translation>
    </message>
    <message>
      <location filename="../gui/editing/figures_panel.py" />
      <source>{deed}. From the map, the Tab key leads here, Esc back.</source>
      <translation>{deed}。在地图上按 Tab 键到这里，按 Esc 键回到地图。</translation>
    </message>
    <message>
      <location filename="../gui/editing/figures_panel.py" />
      <source>⚠ Smaller than a new cell should be: {area} m² at least</source>
      <translation>⚠ 新网格小于最小面积 {area} 平方米</translation>
    </message>
    <message>
      <location filename="../gui/editing/merge.py" />
      <source>Click the cells to merge one by one, or drag across them</source>
      <translation>逐个单击要合并的网格，或按住左键划过它们</translation>
    </message>
    <message>
      <location filename="../gui/editing/merge.py" />
      <source>Enter or double click merges; Ctrl+click names the cell that keeps its code, Esc cancels</source>
      <translation>回车或双击完成合并；Ctrl+单击指定保留编码的网格，Esc 取消</translation>
    </message>
    <message>
      <location filename="../gui/editing/merge.py" />
      <location filename="../gui/frame/actions.py" />
      <source>Merge</source>
      <translation>合并</translation>
    </message>
    <message>
      <location filename="../gui/editing/rehoming_dialog.py" />
      <source>Delete and save</source>
      <translation>删除并保存</translation>
    </message>
    <message>
      <location filename="../gui/editing/rehoming_dialog.py" />
      <source>No grid</source>
      <translation>不归任何责任网格</translation>
    </message>
    <message>
      <location filename="../gui/editing/rehoming_dialog.py" />
      <source>Posts go with the unit grids. One step takes everything back.</source>
      <translation>岗位随单元网格一起调整，可一步全部撤回。</translation>
    </message>
    <message>
      <location filename="../gui/editing/rehoming_dialog.py" />
      <source>The responsibility grid that gets these unit grids and their posts; neighbours first.</source>
      <translation>接收这些单元网格及其岗位的责任网格，相邻的排在前面。</translation>
    </message>
    <message>
      <location filename="../gui/editing/rehoming_dialog.py" />
      <source>Where do the unit grids go?</source>
      <translation>单元网格归哪里？</translation>
    </message>
    <message>
      <location filename="../gui/editing/rehoming_dialog.py" />
      <source>{grid} ({border} m of common border)</source>
      <translation>{grid}（公共边界 {border} 米）</translation>
    </message>
    <message>
      <location filename="../gui/editing/rehoming_dialog.py" />
      <source>{grid}: {units} unit {units:grid|grids} and {posts} {posts:post|posts} go to</source>
      <translation>{grid}：{units} 个单元网格、{posts} 个岗位归到</translation>
    </message>
    <message>
      <location filename="../gui/editing/repair_dialog.py" />
      <source>Code now</source>
      <translation>现编码</translation>
    </message>
    <message>
      <location filename="../gui/editing/repair_dialog.py" />
      <location filename="../gui/issues/dialogs.py" />
      <source>Gains (m²)</source>
      <translation>增加（平方米）</translation>
    </message>
    <message>
      <location filename="../gui/editing/repair_dialog.py" />
      <location filename="../gui/issues/dialogs.py" />
      <source>Loses (m²)</source>
      <translation>减少（平方米）</translation>
    </message>
    <message>
      <location filename="../gui/editing/repair_dialog.py" />
      <source>New code</source>
      <translation>新编码</translation>
    </message>
    <message>
      <location filename="../gui/editing/repair_dialog.py" />
      <source>No cell wins or loses ground; only vertices are matched.</source>
      <translation>各网格面积不变，只对齐节点。</translation>
    </message>
    <message>
      <location filename="../gui/editing/repair_dialog.py" />
      <source>Repair</source>
      <translation>修复</translation>
    </message>
    <message>
      <location filename="../gui/editing/repair_dialog.py" />
      <source>The repair changes the cells below and nothing else. Undo takes it back.</source>
      <translation>修复只改动下列网格，可以撤销。</translation>
    </message>
    <message>
      <location filename="../gui/editing/repair_dialog.py" />
      <location filename="../gui/issues/dialogs.py" />
      <location filename="../gui/ledgers/dock.py" />
      <location filename="../gui/people/answer_html.py" />
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../processing/algorithms/inventory/count.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <location filename="../processing/parameters.py" />
      <location filename="../project/papers/meeting_sheet.py" />
      <source>Unit grid</source>
      <translation>单元网格</translation>
    </message>
    <message>
      <location filename="../gui/editing/repair_dialog.py" />
      <location filename="../gui/issues/dialogs.py" />
      <source>What would change in each unit grid; nothing has been changed yet.</source>
      <translation>每个单元网格会有什么变动；现在还没有改动。</translation>
    </message>
    <message>
      <location filename="../gui/editing/repair_dialog.py" />
      <location filename="../gui/jobs/known_fields.py" />
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/people/answer_html.py" />
      <source>none</source>
      <translation>无</translation>
    </message>
    <message>
      <location filename="../gui/editing/reshape.py" />
      <source>Cross the border a second time; double click or Enter reshapes, Esc cancels</source>
      <translation>再次穿过边界；双击或回车完成，Esc 取消</translation>
    </message>
    <message>
      <location filename="../gui/editing/reshape.py" />
      <source>Draw the new border: across the old one, and back across it</source>
      <translation>画新的边界：先穿过旧边界，再穿回来</translation>
    </message>
    <message>
      <location filename="../gui/editing/reshape.py" />
      <location filename="../gui/frame/actions.py" />
      <source>Reshape</source>
      <translation>调整边界</translation>
    </message>
    <message>
      <location filename="../gui/editing/save_watch.py" />
      <location filename="../gui/frame/pending_edits.py" />
      <location filename="../gui/receivers/window.py" />
      <source>Discard</source>
      <translation>放弃</translation>
    </message>
    <message>
      <location filename="../gui/editing/save_watch.py" />
      <source>Discard all edits in “{layer}” since the last save ({count} {count:step|steps})? They cannot be brought back.</source>
      <translation>放弃“{layer}”上次保存以来的全部编辑（{count} 步）？放弃后不能恢复。</translation>
    </message>
    <message>
      <location filename="../gui/editing/save_watch.py" />
      <source>Discard the edits…</source>
      <translation>放弃编辑…</translation>
    </message>
    <message>
      <location filename="../gui/editing/save_watch.py" />
      <source>Log in…</source>
      <translation>登录…</translation>
    </message>
    <message>
      <location filename="../gui/editing/save_watch.py" />
      <source>Next place</source>
      <translation>下一处</translation>
    </message>
    <message>
      <location filename="../gui/editing/save_watch.py" />
      <source>Repair…</source>
      <translation>修复…</translation>
    </message>
    <message>
      <location filename="../gui/editing/save_watch.py" />
      <source>Show place</source>
      <translation>查看位置</translation>
    </message>
    <message>
      <location filename="../gui/editing/save_watch.py" />
      <source>Side by side…</source>
      <translation>并排对照…</translation>
    </message>
    <message>
      <location filename="../gui/editing/save_watch.py" />
      <source>Take back</source>
      <translation>撤回</translation>
    </message>
    <message>
      <location filename="../gui/editing/save_watch.py" />
      <source>Take back the save of {at} by {by}? It changed {rows} {rows:row|rows}: {gestures}.</source>
      <translation>撤回 {at}（{by}）的保存？它改动了 {rows} 条记录：{gestures}。</translation>
    </message>
    <message>
      <location filename="../gui/editing/save_watch.py" />
      <source>Where do they go…</source>
      <translation>选择去处…</translation>
    </message>
    <message>
      <location filename="../gui/editing/split.py" />
      <source>Area to cut off</source>
      <translation>切出面积</translation>
    </message>
    <message>
      <location filename="../gui/editing/split.py" />
      <source>Cut off exactly this area, parallel to the line that you draw; empty = where you draw it</source>
      <translation>平行于所画的线，恰好切出这么多面积；留空则按所画的线切</translation>
    </message>
    <message>
      <location filename="../gui/editing/split.py" />
      <source>Draw a line right through one or more cells: click point by point, or drag</source>
      <translation>画一条线穿过一个或多个网格：逐点单击，或按住左键拖动</translation>
    </message>
    <message>
      <location filename="../gui/editing/split.py" />
      <source>Next point; double click or Enter splits, Backspace takes a point back, Esc cancels</source>
      <translation>继续点下一点；双击或回车完成分割，退格撤一点，Esc 取消</translation>
    </message>
    <message>
      <location filename="../gui/editing/split.py" />
      <location filename="../gui/frame/actions.py" />
      <source>Split</source>
      <translation>分割</translation>
    </message>
    <message>
      <location filename="../gui/editing/split.py" />
      <source>Swap codes</source>
      <translation>换号</translation>
    </message>
    <message>
      <location filename="../gui/editing/split.py" />
      <source>Swap with {code}</source>
      <translation>与 {code} 换号</translation>
    </message>
    <message>
      <location filename="../gui/editing/split.py" />
      <source>as drawn</source>
      <translation>按所画的线</translation>
    </message>
    <message>
      <location filename="../gui/editing/vertex.py" />
      <source>Click where the vertex shall go; Delete deletes it, Esc cancels</source>
      <translation>单击节点的新位置；Delete 删除它，Esc 取消</translation>
    </message>
    <message>
      <location filename="../gui/editing/vertex.py" />
      <source>Drag a vertex, or click it and click its new place; double click on an edge adds one, Delete deletes</source>
      <translation>拖动节点，或单击节点再单击新位置；双击边线增加节点，Delete 删除</translation>
    </message>
    <message>
      <location filename="../gui/editing/vertex.py" />
      <location filename="../gui/frame/actions.py" />
      <source>Vertex</source>
      <translation>编辑节点</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_desk.py" />
      <source>Kind of zone</source>
      <translation>责任区类型</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_desk.py" />
      <source>Managing body</source>
      <translation>管理单位</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_desk.py" />
      <source>Name of zone</source>
      <translation>责任区名称</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_desk.py" />
      <source>The kind of a new zone, and which zones the tools see; zones of other kinds may overlap</source>
      <translation>新责任区的类型；工具也只看这一类的责任区，不同类型可以重叠</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_desk.py" />
      <source>The name of a new zone, such as the estate or the building site</source>
      <translation>新责任区的名称，如小区名、工地名</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_desk.py" />
      <source>Who manages a new zone: a department by name, or nobody yet</source>
      <translation>新责任区归哪个单位管：按名称选，也可以先不选</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_tools.py" />
      <source>Click the duty zones to merge one by one, or drag across them</source>
      <translation>逐个单击要合并的责任区，或按住拖过它们</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_tools.py" />
      <source>Draw a line right through one or more duty zones: click point by point, or drag</source>
      <translation>画一条线穿过一个或几个责任区：逐点单击，或按住拖动</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_tools.py" />
      <source>Draw the outline of a new duty zone: click corner by corner, or drag around it</source>
      <translation>画新责任区的外边界：逐点单击，或按住拖一圈</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_tools.py" />
      <source>Enter or double click merges; Ctrl+click names the zone that keeps its code, Esc cancels</source>
      <translation>回车或双击合并；按住 Ctrl 单击指定保留编号的责任区，Esc 取消</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_tools.py" />
      <source>Only ground that no zone of this kind covers</source>
      <translation>只占同类责任区之外的地方</translation>
    </message>
    <message>
      <location filename="../gui/editing/zone_tools.py" />
      <source>The new zone takes nothing from others of its kind and fills other ground only.</source>
      <translation>新责任区不占同类责任区的地，只填其余地面。</translation>
    </message>
    <message>
      <location filename="../gui/forms/edit_button.py" />
      <source>Start editing</source>
      <translation>开始编辑</translation>
    </message>
    <message>
      <location filename="../gui/forms/edit_button.py" />
      <source>The form only shows the row. From here on it can be changed; OK puts it with the unsaved edits.</source>
      <translation>表单现在只供查看。点这里就可以修改；点“确定”后列入未保存的编辑。</translation>
    </message>
    <message>
      <location filename="../gui/forms/list_widget.py" />
      <source>A double click, or Enter, goes there; the buttons below change and add.</source>
      <translation>双击或按回车转到该处；修改和新增用下面的按钮。</translation>
    </message>
    <message>
      <location filename="../gui/forms/list_widget.py" />
      <source>Add a row here and save it</source>
      <translation>在此添加一条并保存</translation>
    </message>
    <message>
      <location filename="../gui/forms/list_widget.py" />
      <source>Add…</source>
      <translation>添加…</translation>
    </message>
    <message>
      <location filename="../gui/forms/list_widget.py" />
      <source>Change this row and save it</source>
      <translation>修改这一条并保存</translation>
    </message>
    <message>
      <location filename="../gui/forms/list_widget.py" />
      <source>Edit…</source>
      <translation>修改…</translation>
    </message>
    <message>
      <location filename="../gui/forms/list_widget.py" />
      <location filename="../gui/people/board_dock.py" />
      <source>Go there</source>
      <translation>转到</translation>
    </message>
    <message>
      <location filename="../gui/forms/list_widget.py" />
      <source>Show it on the map, or open its form</source>
      <translation>在地图上显示，或打开它的表单</translation>
    </message>
    <message>
      <location filename="../gui/forms/list_widget.py" />
      <source>{shown} of {total}</source>
      <translation>显示 {shown} 条，共 {total} 条</translation>
    </message>
    <message>
      <location filename="../gui/forms/list_widget.py" />
      <source>{total} in all</source>
      <translation>共 {total} 条</translation>
    </message>
    <message>
      <location filename="../gui/forms/unreadable.py" />
      <source>No date and time that can be read; it stays as it is: {text}</source>
      <translation>不是可识别的时间，保持原样：{text}</translation>
    </message>
    <message>
      <location filename="../gui/frame/about.py" />
      <location filename="../gui/frame/actions.py" />
      <source>About and libraries</source>
      <translation>关于与运行环境</translation>
    </message>
    <message>
      <location filename="../gui/frame/about.py" />
      <source>Every library that the computing needs is here.</source>
      <translation>计算所需的库都已具备。</translation>
    </message>
    <message>
      <location filename="../gui/frame/about.py" />
      <location filename="../gui/frame/dialog_buttons.py" />
      <location filename="../gui/frame/message_door.py" />
      <location filename="../gui/frame/options.py" />
      <location filename="../gui/frame/shell.py" />
      <location filename="../gui/jobs/balance.py" />
      <location filename="../gui/opening/server_wait.py" />
      <location filename="../gui/opening/upgrade.py" />
      <location filename="../gui/tree/locator.py" />
      <location filename="../gui/tree/tree_dock.py" />
      <location filename="../processing/provider.py" />
      <location filename="../project/expressions/functions.py" />
      <source>Grid Management</source>
      <translation>网格管理</translation>
    </message>
    <message>
      <location filename="../gui/frame/about.py" />
      <source>Versions on this computer; what you select can be copied into a message.</source>
      <translation>本机的各项版本；选中后可以复制到消息里。</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Analysis</source>
      <translation>统计分析</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/intake/waiting_dock.py" />
      <source>Cases without a place</source>
      <translation>待落图案件</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Cases without coordinates that could not be placed: place each by a click on the map</source>
      <translation>没有坐标、按文字也定不了位的案件：在图上点一下逐件落点</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Check and hand over</source>
      <translation>检查与移交</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Click between streets: the enclosed block becomes a unit grid</source>
      <translation>在街巷之间单击，围合的街块成为一个单元网格</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Click on the map: grid, who is on duty, which department answers, and the rule that decided</source>
      <translation>在图上点一下：属于哪个网格、谁在岗、哪个部门负责，以及依据哪条规则</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Close workspace</source>
      <translation>关闭网格库</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/inventory/dock.py" />
      <source>Component inventory</source>
      <translation>部件清查</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Components by class, area, state, department and owner, linked with the map; what is wrong</source>
      <translation>按类别、区域、状态、部门、权属统计部件，与地图联动；列出有问题的部件</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Components whose owner is disputed: open a case, rule it, and the answer changes</source>
      <translation>权属有争议、待认定、无主的部件：立案、认定，查责的结论随之改变</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Cut unit grids in two with a line; the larger part keeps the code, one click swaps</source>
      <translation>用一条线分割单元网格；面积大的一块保留编码，可一键换号</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Dissolve a sliver into a neighbour</source>
      <translation>把碎面并入相邻网格</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Draw a new unit grid; it takes its ground from its neighbours, or fills only bare ground</source>
      <translation>绘制新的单元网格：从相邻网格划出，或只填补空白</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Draw a stretch of border anew; the neighbours follow</source>
      <translation>重画一段公共边界，两侧网格随之调整</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/people/duty_dock.py" />
      <source>Duty list</source>
      <translation>权责清单</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Enter a round lane by lane: ten taps or ten keys, then the next lane</source>
      <translation>逐条街巷填写检查：十次点击或十个按键，再到下一条</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Grid editing</source>
      <translation>网格编辑</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/schemes/window.py" />
      <source>Grid schemes</source>
      <translation>网格类别</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Grid tree</source>
      <translation>网格树</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Heat map of the cases</source>
      <translation>案件热力图</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Import and export</source>
      <translation>导入与导出</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Lane inspections</source>
      <translation>街巷检查</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Lane officers</source>
      <translation>街巷长</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/ledgers/dock.py" />
      <source>Ledgers of the city</source>
      <translation>台账</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Lists that the city keeps: their items, what is overdue, new or gone, and where it lies</source>
      <translation>本区的各种清单：条目、超期、新增、移出，以及在地图上的位置</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Make several neighbouring unit grids one</source>
      <translation>把几个相邻的单元网格合并成一个</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Make, copy, compare, adopt and delete grid schemes and their alternatives</source>
      <translation>新建、复制、比较、采用、删除网格类别和划分方案</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/frame/manual.py" />
      <location filename="../gui/frame/options.py" />
      <source>Manual</source>
      <translation>用户手册</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Move, add or delete a vertex in every unit grid that has it</source>
      <translation>移动、增加、删除节点，共用它的网格一起改</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Open a workspace that several people share in a PostgreSQL database</source>
      <translation>打开存放在 PostgreSQL 数据库中、多人共用的网格库</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Open a workspace with its layers, forms and styles</source>
      <translation>打开网格库，连同图层、表单和样式</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/opening/workspace_actions.py" />
      <source>Open sample</source>
      <translation>打开示例</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Open the manual in the browser; it lies on this computer</source>
      <translation>在浏览器里打开用户手册；手册就在本机，不联网</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Open the sample district that comes with the plugin; it is invented</source>
      <translation>打开插件自带的示例街区（内容均为虚构）</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/opening/workspace_actions.py" />
      <source>Open workspace</source>
      <translation>打开网格库</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/opening/open_postgis.py" />
      <source>Open workspace in a database</source>
      <translation>打开数据库网格库</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/people/ownership_dock.py" />
      <source>Ownership desk</source>
      <translation>权属认定</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/painting/dock.py" />
      <location filename="../gui/painting/tool.py" />
      <source>Paint</source>
      <translation>划归</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Paint unit grids into responsibility grids, with the figures of both sides old and new</source>
      <translation>把单元网格划归责任网格，两边的数字由旧变新随时显示</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Restore what the last save changed, as long as nobody has built on it</source>
      <translation>恢复上次保存之前的状态；其后又有改动的不能撤回</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Restyle task letters, signs, weekly and inspection sheets in QGIS's layout designer, for this workspace</source>
      <translation>在 QGIS 的布局设计器里为本网格库改任务书、公示牌、周报和检查单的样式</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Say whose name goes into the change log</source>
      <translation>设置记入变更记录的操作人姓名</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Show or hide the tree from county to unit grid</source>
      <translation>显示或隐藏从区到单元网格的层级树</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Show or hide who answers for which street-lane on a day; assign by drag, brush, area or list</source>
      <translation>显示或隐藏某日各街巷由谁负责；可拖动人员、刷选、整片或按名单安排</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Show or hide who holds which post, vacancies, loads, and hours that nobody answers</source>
      <translation>显示或隐藏人员看板：谁在岗、哪里空缺、每人负担、哪些时段无人值守</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Show the cases as a heat map, or as points again</source>
      <translation>把案件显示为热力图，或恢复为点</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Show the versions in use and what is missing on this computer</source>
      <translation>查看各组件版本，以及本机缺少什么</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Staff and schemes</source>
      <translation>人员与网格类别</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/people/board_dock.py" />
      <source>Staffing board</source>
      <translation>人员看板</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Street-lane editing</source>
      <translation>街巷编辑</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../processing/algorithms/take_back.py" />
      <source>Take back the last save</source>
      <translation>撤回上次保存</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Take the layers of the workspace out of the project; the file stays as it is</source>
      <translation>把网格库的图层移出工程，文件保持不变</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/papers/window.py" />
      <source>Templates of papers</source>
      <translation>材料模板</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Unit and responsibility grids</source>
      <translation>单元网格与责任网格</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Where it is bad and whether it gets worse: cases of a period as numbers, charts, ranked places</source>
      <translation>哪里高发、是否在变坏：一段时间的案件，以数字、图表和排名显示</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <source>Who answers for which class where, as a matrix: gaps, disputes, changed in place</source>
      <translation>哪一类、在哪里、归谁管，排成一张表：空缺和争议一目了然，直接在表里改</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/people/answers_dock.py" />
      <source>Who answers here</source>
      <translation>点图查责</translation>
    </message>
    <message>
      <location filename="../gui/frame/actions.py" />
      <location filename="../gui/frame/author.py" />
      <location filename="../gui/frame/options.py" />
      <location filename="../processing/parameters.py" />
      <source>Who is working</source>
      <translation>操作人</translation>
    </message>
    <message>
      <location filename="../gui/frame/author.py" />
      <location filename="../gui/frame/options.py" />
      <source>Name or staff number</source>
      <translation>姓名或工号</translation>
    </message>
    <message>
      <location filename="../gui/frame/author.py" />
      <location filename="../gui/frame/dialog_buttons.py" />
      <location filename="../gui/jobs/picked_fields.py" />
      <location filename="../gui/ledgers/change_dialog.py" />
      <location filename="../gui/schemes/questions.py" />
      <source>OK</source>
      <translation>确定</translation>
    </message>
    <message>
      <location filename="../gui/frame/author.py" />
      <location filename="../gui/frame/options.py" />
      <source>Your name or staff number goes into the change log of the workspace, and nowhere else.</source>
      <translation>您的姓名或工号只记入网格库的变更记录，不用于其他用途。</translation>
    </message>
    <message>
      <location filename="../gui/frame/dialog_buttons.py" />
      <location filename="../gui/frame/pending_edits.py" />
      <location filename="../gui/issues/dock.py" />
      <location filename="../gui/opening/database_opening.py" />
      <location filename="../gui/opening/server_wait.py" />
      <location filename="../gui/opening/upgrade.py" />
      <location filename="../gui/opening/upgrade_window.py" />
      <source>Cancel</source>
      <translation>取消</translation>
    </message>
    <message>
      <location filename="../gui/frame/dialog_buttons.py" />
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/jobs/dialog.py" />
      <location filename="../gui/jobs/parts.py" />
      <source>Close</source>
      <translation>关闭</translation>
    </message>
    <message>
      <location filename="../gui/frame/dialog_buttons.py" />
      <location filename="../gui/opening/upgrade_window.py" />
      <source>Closes the dialog, and nothing is done. Esc does the same.</source>
      <translation>关闭对话框，什么也不做。按 Esc 键也一样。</translation>
    </message>
    <message>
      <location filename="../gui/frame/dialog_buttons.py" />
      <source>Closes the dialog. Esc does the same.</source>
      <translation>关闭对话框。按 Esc 键也一样。</translation>
    </message>
    <message>
      <location filename="../gui/frame/dialog_buttons.py" />
      <source>Does what the dialog says, with what is chosen in it. Enter does the same.</source>
      <translation>按对话框里选定的内容去做。按回车键也一样。</translation>
    </message>
    <message>
      <location filename="../gui/frame/manual.py" />
      <location filename="../gui/handover/guide.py" />
      <source>Help</source>
      <translation>帮助</translation>
    </message>
    <message>
      <location filename="../gui/frame/manual.py" />
      <source>No browser could be started. The manual lies here: {path}</source>
      <translation>没能打开浏览器。手册在这里：{path}</translation>
    </message>
    <message>
      <location filename="../gui/frame/manual.py" />
      <location filename="../gui/frame/options.py" />
      <source>Opens the page of the manual about this in the browser.</source>
      <translation>在浏览器中打开手册的相应一页。</translation>
    </message>
    <message>
      <location filename="../gui/frame/manual.py" />
      <location filename="../gui/handover/guide.py" />
      <source>Opens the page of the manual about this in the browser. F1 does the same.</source>
      <translation>在浏览器中打开手册的相应一页。按 F1 键也一样。</translation>
    </message>
    <message>
      <location filename="../gui/frame/manual.py" />
      <source>The manual has not been made yet: run “make docs”.</source>
      <translation>手册还没有生成：请运行 make docs。</translation>
    </message>
    <message>
      <location filename="../gui/frame/message_door.py" />
      <location filename="../gui/inventory/dock.py" />
      <location filename="../gui/jobs/talk.py" />
      <source>Details</source>
      <translation>详情</translation>
    </message>
    <message>
      <location filename="../gui/frame/message_door.py" />
      <source>More</source>
      <translation>更多</translation>
    </message>
    <message>
      <location filename="../gui/frame/options.py" />
      <source>Empties the list in menu and start page; no workspace is deleted.</source>
      <translation>清空菜单和开始页里的列表，不删除任何网格库。</translation>
    </message>
    <message>
      <location filename="../gui/frame/options.py" />
      <source>Empty the list of recent workspaces ({count})</source>
      <translation>清空“最近打开”列表（{count} 个）</translation>
    </message>
    <message>
      <location filename="../gui/frame/options.py" />
      <source>Folder of the sample</source>
      <translation>示例存放的文件夹</translation>
    </message>
    <message>
      <location filename="../gui/frame/options.py" />
      <source>Forgets widths, corners and which panels are open.</source>
      <translation>不再记住各处的宽度、位置和打开了哪些面板。</translation>
    </message>
    <message>
      <location filename="../gui/frame/options.py" />
      <location filename="../gui/opening/workspace_actions.py" />
      <source>Grid sample</source>
      <translation>网格管理示例</translation>
    </message>
    <message>
      <location filename="../gui/frame/options.py" />
      <source>Hatches and names what colleagues have not saved yet, in a database.</source>
      <translation>用斜线和姓名标出同事在数据库里正在编辑、还没有保存的内容。</translation>
    </message>
    <message>
      <location filename="../gui/frame/options.py" />
      <source>Panels and columns as at the beginning (at the next start)</source>
      <translation>面板和列恢复最初的样子（下次启动时生效）</translation>
    </message>
    <message>
      <location filename="../gui/frame/options.py" />
      <source>Where the next copy of the sample district is put.</source>
      <translation>下次打开示例时，副本放在这里。</translation>
    </message>
    <message>
      <location filename="../gui/frame/options.py" />
      <source>Window</source>
      <translation>窗口</translation>
    </message>
    <message>
      <location filename="../gui/frame/options.py" />
      <location filename="../gui/opening/workspace_actions.py" />
      <source>Workspaces</source>
      <translation>网格库</translation>
    </message>
    <message>
      <location filename="../gui/frame/pending_edits.py" />
      <source>Save</source>
      <translation>保存</translation>
    </message>
    <message>
      <location filename="../gui/frame/pending_edits.py" />
      <location filename="../gui/opening/upgrade_window.py" />
      <source>Unsaved edits</source>
      <translation>有未保存的编辑</translation>
    </message>
    <message>
      <location filename="../gui/frame/pending_edits.py" />
      <source>Unsaved edits in: {layers}</source>
      <translation>这些图层有未保存的编辑：{layers}</translation>
    </message>
    <message>
      <location filename="../gui/frame/pending_edits.py" />
      <source>What follows works with what is saved.</source>
      <translation>接下来用的是已保存的数据。</translation>
    </message>
    <message>
      <location filename="../gui/frame/report_dialog.py" />
      <source>List of all rejected rows</source>
      <translation>未收入记录清单</translation>
    </message>
    <message>
      <location filename="../gui/frame/report_dialog.py" />
      <source>List to confirm</source>
      <translation>待确认清单</translation>
    </message>
    <message>
      <location filename="../gui/frame/report_dialog.py" />
      <source>Notes</source>
      <translation>说明</translation>
    </message>
    <message>
      <location filename="../gui/frame/report_dialog.py" />
      <source>What the job did, row counts and reasons; links open the lists that it wrote.</source>
      <translation>这次做了什么、行数和原因；点链接打开写出的清单。</translation>
    </message>
    <message>
      <location filename="../gui/frame/report_dialog.py" />
      <source>Why rows did not come in (an example of each):</source>
      <translation>没有收入的原因（各举一例）：</translation>
    </message>
    <message>
      <location filename="../gui/frame/report_dialog.py" />
      <source>Why rows would not come in, by example:</source>
      <translation>将不予导入的原因（各举一例）：</translation>
    </message>
    <message>
      <location filename="../gui/frame/report_dialog.py" />
      <source>{title} – only tried out</source>
      <translation>{title}（试算）</translation>
    </message>
    <message>
      <location filename="../gui/frame/result_display.py" />
      <source>Error</source>
      <translation>错误</translation>
    </message>
    <message>
      <location filename="../gui/frame/result_display.py" />
      <location filename="../gui/issues/places.py" />
      <source>Issues</source>
      <translation>检查问题</translation>
    </message>
    <message>
      <location filename="../gui/frame/result_display.py" />
      <location filename="../gui/issues/filter_bar.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <source>Note</source>
      <translation>提示</translation>
    </message>
    <message>
      <location filename="../gui/frame/result_display.py" />
      <source>Warning</source>
      <translation>警告</translation>
    </message>
    <message>
      <location filename="../gui/frame/shell.py" />
      <location filename="../gui/issues/dock.py" />
      <source>Open a workspace first.</source>
      <translation>请先打开网格库。</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <location filename="../gui/handover/dock.py" />
      <location filename="../gui/inspection/inspection_dock.py" />
      <location filename="../gui/lanes/walk_dialog.py" />
      <location filename="../processing/algorithms/handover/release_act.py" />
      <source>Day</source>
      <translation>日期</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <location filename="../gui/handover/dock.py" />
      <location filename="../gui/people/ownership_dialogs.py" />
      <location filename="../processing/algorithms/handover/release_act.py" />
      <location filename="../processing/algorithms/people/duty.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Document number</source>
      <translation>文号</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>Enter the acceptance</source>
      <translation>登记接收</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>Enter the rejection</source>
      <translation>登记退回</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>How the word came: by letter, in a meeting, through the platform</source>
      <translation>答复的方式：公文、会议、平台等</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>Its receiver has it then: the changes of the next release are told from it.</source>
      <translation>接收以后，下一个成果的变更从它算起。</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <location filename="../gui/handover/dock.py" />
      <location filename="../processing/algorithms/handover/release_act.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <source>Means</source>
      <translation>方式</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>Number of the letter that says so</source>
      <translation>答复的文号</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>Put in force</source>
      <translation>启用</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <location filename="../gui/inventory/change_dialog.py" />
      <location filename="../gui/issues/dialogs.py" />
      <location filename="../gui/people/end_dialog.py" />
      <location filename="../processing/algorithms/inventory/change.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Reason</source>
      <translation>理由</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <location filename="../gui/state/follower.py" />
      <source>Release {number}</source>
      <translation>成果版本 {number}</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <location filename="../gui/handover/dock.py" />
      <location filename="../gui/inspection/inspection_dock.py" />
      <location filename="../gui/intake/waiting_dock.py" />
      <source>Remarks</source>
      <translation>备注</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>The changes of the next release are told from what the receiver had before.</source>
      <translation>下一个成果的变更从接收方此前接收的版本算起。</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>The day on which it was done</source>
      <translation>办理的日期</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>The release waits for an answer again.</source>
      <translation>该成果重新等待答复。</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>What else is to be remembered; of a rejection, the reason</source>
      <translation>其他需要记下的内容；退回时写明原因</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>What was in force of this scheme for this receiver is superseded.</source>
      <translation>该接收方、该网格类别原来生效的成果随之被替代。</translation>
    </message>
    <message>
      <location filename="../gui/handover/act_dialog.py" />
      <source>Withdraw the answer</source>
      <translation>撤销答复</translation>
    </message>
    <message>
      <location filename="../gui/handover/desk.py" />
      <source>Entering the act</source>
      <translation>正在登记</translation>
    </message>
    <message>
      <location filename="../gui/handover/desk.py" />
      <source>Make an alternative plan of “{scheme}” from the responsibility grids of release {number}? Unit grids are those of today; what is in force stays until the plan is adopted.</source>
      <translation>用成果 {number} 的责任网格为“{scheme}”新建一个划分方案吗？单元网格用今天的；在采用该方案之前，现行划分不变。</translation>
    </message>
    <message>
      <location filename="../gui/handover/desk.py" />
      <source>Reading the releases</source>
      <translation>正在读取成果版本</translation>
    </message>
    <message>
      <location filename="../gui/handover/desk.py" />
      <source>Restore</source>
      <translation>恢复</translation>
    </message>
    <message>
      <location filename="../gui/handover/desk.py" />
      <source>Restoring the release</source>
      <translation>正在恢复成果</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>A click, or Enter, shows what was done with a release.</source>
      <translation>单击或按回车，显示该成果的经过。</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Accepted…</source>
      <translation>已接收…</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <location filename="../processing/algorithms/handover/release_act.py" />
      <source>Act</source>
      <translation>办理事项</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Answered</source>
      <translation>答复日期</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Base</source>
      <translation>基准版本</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Bring its responsibility grids back as an alternative plan; nothing in force changes</source>
      <translation>把当时的责任网格恢复为划分方案，现行划分不变</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>By</source>
      <translation>经办人</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Classification</source>
      <translation>密级</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Compare…</source>
      <translation>比较…</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Corrects</source>
      <translation>更正的版本</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Enter row by row what the receiver accepted and refused</source>
      <translation>逐行登记接收方收下和退回的内容</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <location filename="../gui/jobs/workspace_fields.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <source>Grid scheme</source>
      <translation>网格类别</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Handed over</source>
      <translation>移交日期</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Import a receipt…</source>
      <translation>导入回执…</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <location filename="../processing/algorithms/export_package.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <source>In force from</source>
      <translation>启用日期</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Its receiver has taken the release over</source>
      <translation>接收方已收下该成果</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Its receiver refuses the release, and says why</source>
      <translation>接收方退回该成果，并说明原因</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Its receiver works with the release from now on; the one before is superseded</source>
      <translation>接收方从现在起使用该成果，原来生效的被替代</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <location filename="../project/papers/change_sheet.py" />
      <source>Made by</source>
      <translation>制表</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Nothing was handed over yet. Export a package.</source>
      <translation>还没有移交过成果。请先导出成果包。</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Put in force…</source>
      <translation>启用…</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <location filename="../gui/receivers/window.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <source>Receiver</source>
      <translation>接收方</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Rejected…</source>
      <translation>被退回…</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <source>Release</source>
      <translation>版本号</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <location filename="../gui/handover/handover_actions.py" />
      <source>Releases</source>
      <translation>成果版本</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Restore as a plan…</source>
      <translation>恢复为方案…</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <location filename="../gui/people/board_rows.py" />
      <location filename="../gui/people/ownership_dock.py" />
      <location filename="../processing/algorithms/inventory/count.py" />
      <location filename="../project/papers/meeting_sheet.py" />
      <source>State</source>
      <translation>状态</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>The answer was wrong or was taken back: the release waits again</source>
      <translation>答复有误或已收回：该成果重新等待答复</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>What differs from its base, from today or another release</source>
      <translation>与基准版本、现状或另一版本有何不同</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>What was done with the release, and who did it.</source>
      <translation>该成果办理过的事项和经办人。</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Whose releases are listed</source>
      <translation>只列出哪个接收方的成果</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>Withdraw the answer…</source>
      <translation>撤销答复…</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>all receivers</source>
      <translation>全部接收方</translation>
    </message>
    <message>
      <location filename="../gui/handover/dock.py" />
      <source>no receiver named</source>
      <translation>未写明接收方</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Back to what was chosen before</source>
      <translation>回到上一步所选的内容</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/jobs/forms.py" />
      <source>Check</source>
      <translation>检查</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/state/follower.py" />
      <location filename="../processing/algorithms/validate.py" />
      <source>Check everything</source>
      <translation>全面检查</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/issues/dock.py" />
      <source>Checks the whole workspace again</source>
      <translation>重新检查整个网格库</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Checks, writes the package, reads it back and enters the release. Codes are for ever from then on.</source>
      <translation>检查、写成果包、读回核对并登记成果版本。此后编码永久有效。</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/jobs/parts.py" />
      <source>Closes the dialog; while the job runs, stops it. Esc does the same.</source>
      <translation>关闭对话框；正在进行时则停止。按 Esc 键也一样。</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Closes the window; all that was done stays done</source>
      <translation>关闭窗口；已完成的都保留</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Delivery and receipt</source>
      <translation>交付与回执</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Finish</source>
      <translation>完成</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Goes on, once this step is done</source>
      <translation>这一步完成后往下走</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/jobs/forms.py" />
      <location filename="../gui/state/follower.py" />
      <source>Hand over</source>
      <translation>移交</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/handover/handover_actions.py" />
      <source>Hand-over step by step</source>
      <translation>移交向导</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/handover/handover_actions.py" />
      <location filename="../gui/issues/dock.py" />
      <source>Issue list</source>
      <translation>问题清单</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Look again</source>
      <translation>重新比较</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Next step</source>
      <translation>下一步</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Receiver and target</source>
      <translation>接收方与去向</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Shows what the check found, to be walked through and fixed</source>
      <translation>列出检查发现的问题，可逐条查看、修正</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Step before</source>
      <translation>上一步</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/jobs/dialog.py" />
      <location filename="../gui/opening/open_postgis.py" />
      <source>Stop</source>
      <translation>停止</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../project/papers/change_sheet.py" />
      <source>What changes</source>
      <translation>变化</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>What is handed over has to pass the checks. Errors stop a release; warnings go along.</source>
      <translation>移交的内容要通过检查：有错误不能移交，有警告可以带着移交。</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/jobs/dialog.py" />
      <source>What the job did. Links lead to places on the map, to lists and folders.</source>
      <translation>这次做了什么。点链接转到地图上的位置、清单和文件夹。</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>What the release changes for people since the one that its receiver has; only a sheet is written.</source>
      <translation>与接收方现有的成果版本相比，这次移交会给人和部门带来哪些变化；这一步只写一份告知单。</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Where the package goes next, and what is done when its receiver answers.</source>
      <translation>成果包接下来送到哪里，接收方答复后做什么。</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Who gets the release, in which form, and where the package is written.</source>
      <translation>移交给谁、按什么要求、成果包写到哪里。</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <source>Works it out anew, and writes the sheet again</source>
      <translation>重新比较，重新写告知单</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/jobs/place_fields.py" />
      <source>is not a folder that exists: {path}</source>
      <translation>不是可用的文件夹（{path}）</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide.py" />
      <location filename="../gui/jobs/dialog.py" />
      <source>{field} {problem}</source>
      <translation>{field}：{problem}</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <source>Compared with release {base}:</source>
      <translation>与成果版本 {base} 相比：</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <source>It is checked as soon as the issue list has done what it is at.</source>
      <translation>问题清单手头的事做完后立即检查。</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <location filename="../gui/state/follower.py" />
      <source>Not checked yet</source>
      <translation>尚未检查</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <location filename="../gui/jobs/talk.py" />
      <source>Reading the workspace</source>
      <translation>读网格库</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <source>Sheet of what changes {scheme}</source>
      <translation>人员影响告知单 {scheme}</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <location filename="../gui/jobs/forms.py" />
      <source>Stopped. Nothing was written.</source>
      <translation>已停止，什么也没有写入。</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <source>The receiver has no release yet: all of it is new.</source>
      <translation>接收方还没有成果版本：这一次全部是新的。</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <source>to other hands go {cases} open {cases:case|cases}, {components} {components:component|components}, {lane_m} m of lane</source>
      <translation>变更责任人的有未结案件 {cases} 件、部件 {components} 个、街巷 {lane_m} 米</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <source>{count} {count:change|changes} of persons, posts, departments and duties</source>
      <translation>人员、岗位、部门、权责变化 {count} 处</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <source>{count} {count:grid or lane changes|grids and lanes change}</source>
      <translation>网格和街巷变化 {count} 个</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <location filename="../gui/state/follower.py" />
      <source>{found} before the last change</source>
      <translation>上次修改前：{found}</translation>
    </message>
    <message>
      <location filename="../gui/handover/guide_desk.py" />
      <source>{warnings} {warnings:warning goes|warnings go} along, {exempted} exempted</source>
      <translation>带着移交的警告 {warnings} 条，已豁免 {exempted} 条</translation>
    </message>
    <message>
      <location filename="../gui/handover/handover_actions.py" />
      <source>Check, receiver and target, what changes, the release, delivery and receipt: one after the other</source>
      <translation>检查、接收方与去向、有哪些变化、移交、交付与回执，一步一步来</translation>
    </message>
    <message>
      <location filename="../gui/handover/handover_actions.py" />
      <location filename="../gui/receivers/window.py" />
      <source>Receiver profiles</source>
      <translation>接收方要求</translation>
    </message>
    <message>
      <location filename="../gui/handover/handover_actions.py" />
      <source>Show or hide the list of what a check found: walk through it, fix, exempt, export</source>
      <translation>显示或隐藏检查发现的问题：逐条定位、修复、豁免、导出</translation>
    </message>
    <message>
      <location filename="../gui/handover/handover_actions.py" />
      <source>What each receiver wants: layers, names, fields, forms of values, its own codes; with a preview</source>
      <translation>各接收方要哪些图层和字段、用什么名称和写法、要不要对方编码，并可预览</translation>
    </message>
    <message>
      <location filename="../gui/handover/handover_actions.py" />
      <source>What was handed over to whom, what they answered, what is in force; compare two of them</source>
      <translation>什么成果移交给谁、对方怎样答复、哪个生效；比较两个版本</translation>
    </message>
    <message>
      <location filename="../gui/handover/next_steps.py" />
      <source>Deliver into a front database…</source>
      <translation>交付到前置库…</translation>
    </message>
    <message>
      <location filename="../gui/handover/next_steps.py" />
      <source>Export the package…</source>
      <translation>导出成果包…</translation>
    </message>
    <message>
      <location filename="../gui/handover/next_steps.py" />
      <source>Import the receipt when it comes…</source>
      <translation>收到回执后导入…</translation>
    </message>
    <message>
      <location filename="../gui/handover/next_steps.py" />
      <source>Open the copy</source>
      <translation>打开副本</translation>
    </message>
    <message>
      <location filename="../gui/handover/next_steps.py" />
      <source>Send to a web interface…</source>
      <translation>发送到接收方接口…</translation>
    </message>
    <message>
      <location filename="../gui/handover/next_steps.py" />
      <source>Show on the map what passes from whom to whom…</source>
      <translation>在地图上查看由谁交给谁…</translation>
    </message>
    <message>
      <location filename="../gui/handover/next_steps.py" />
      <source>What comes next</source>
      <translation>下一步</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_desk.py" />
      <source>Reading the inspections</source>
      <translation>正在读取检查</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_desk.py" />
      <source>Writing the inspection</source>
      <translation>正在写入检查</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>A row shows its lane on the map. Keys 1 to 9 and 0 judge the items, Enter saves.</source>
      <translation>选中一行，地图转到该街巷。键盘 1–9、0 评定各项，回车保存。</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Every item that is not judged yet is passed</source>
      <translation>还没有评定的各项都记为合格</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Falls</source>
      <translation>跌破</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Go to the next lane of the list; nothing is written</source>
      <translation>转到列表中的下一条街巷，不写入</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Goes to the items that failed</source>
      <translation>记在不合格的检查项上</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>How the map colours the lanes: by standing, by falls and trend, or by an item with its cases</source>
      <translation>地图怎样给街巷着色：按达标情况、按跌破和走势，或按某一检查项及其案件</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Inspector</source>
      <translation>检查人</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <location filename="../gui/people/board_rows.py" />
      <source>Kind</source>
      <translation>类别</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <location filename="../gui/lanes/case_tables.py" />
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/tree/tree_model.py" />
      <source>Lanes</source>
      <translation>街巷</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Last inspected</source>
      <translation>最近检查</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Months</source>
      <translation>月</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Name or code</source>
      <translation>名称或编码</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Next lane</source>
      <translation>下一条</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Only lanes whose name, code or street office has this in it</source>
      <translation>只列名称、编码或街道含有这些字的街巷</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Own checks, and those without a kind, do not decide the standing</source>
      <translation>自查和没有类别的检查不参与达标认定</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Pass what is open</source>
      <translation>其余合格</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Round</source>
      <translation>本轮</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Save, next lane</source>
      <translation>保存，下一条</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Score</source>
      <translation>得分</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <location filename="../processing/algorithms/draw_lanes.py" />
      <source>Standing</source>
      <translation>达标情况</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../processing/algorithms/draw_lanes.py" />
      <location filename="../processing/algorithms/inventory/count.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <location filename="../processing/parameters.py" />
      <source>Street office</source>
      <translation>街道</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <location filename="../gui/lanes/case_tables.py" />
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../processing/algorithms/inventory/count.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <location filename="../processing/parameters.py" />
      <source>Street-lane</source>
      <translation>街巷</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>The day of the inspection; not one that is still to come</source>
      <translation>检查日期；不能是以后的日子</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>This round</source>
      <translation>本轮</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Which lanes are listed; a draw by lot selects its lanes on the map</source>
      <translation>列出哪些街巷；抽查抽中的街巷在地图上选中</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Who inspected; proposed again next time</source>
      <translation>谁检查的；下次沿用</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>Write this lane's results and go to the next one (Ctrl+Enter; Enter in the list)</source>
      <translation>写入这条街巷的结果，转到下一条（Ctrl+回车；在列表中按回车）</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>all lanes</source>
      <translation>全部街巷</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>map as it is</source>
      <translation>地图不变</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>map by falls</source>
      <translation>按跌破和走势</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>map by standing</source>
      <translation>按达标情况</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>no kind</source>
      <translation>无类别</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>not yet in this round</source>
      <translation>本轮未查</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>selected on the map</source>
      <translation>地图上选中的</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>{count} of {all} {all:lane|lanes} listed, {done} in this round</source>
      <translation>列出 {count} 条，共 {all} 条街巷；本轮已查 {done} 条</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>{count} open</source>
      <translation>还有 {count} 项未评定</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>{points} of {possible} points, {left}</source>
      <translation>已评 {possible} 分得 {points} 分，{left}</translation>
    </message>
    <message>
      <location filename="../gui/inspection/inspection_dock.py" />
      <source>{score} points</source>
      <translation>{score} 分</translation>
    </message>
    <message>
      <location filename="../gui/inspection/verdicts.py" />
      <source>Press once: passed. Once more: failed. Keys 1 to 9 and 0 press the first ten.</source>
      <translation>按一次合格，再按一次不合格。键盘 1–9、0 对应前十项。</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>Choose the folder…</source>
      <translation>选择文件夹…</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>Each minute while this window is open the folder is looked at. Files taken in before are left out.</source>
      <translation>窗口打开期间每分钟查看一次这个文件夹；导入过的文件不再列出。</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>Folder in which files of cases arrive</source>
      <translation>案件文件的收件文件夹</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>Look at no folder</source>
      <translation>不再查看文件夹</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>Look for new files in the folder in which files of cases arrive. Nothing is imported unasked.</source>
      <translation>查看收件文件夹里有没有新的案件文件。不经您确认什么也不会导入。</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>Look now</source>
      <translation>现在查看</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>Looking for new files</source>
      <translation>正在查看有没有新文件</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>No folder is looked at</source>
      <translation>未指定收件文件夹</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>Nothing new in “{folder}”</source>
      <translation>“{folder}”里没有新文件</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>{count} new {count:file|files} in “{folder}”</source>
      <translation>“{folder}”里有 {count} 个新文件</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>“{folder}” cannot be read</source>
      <translation>“{folder}”读不了</translation>
    </message>
    <message>
      <location filename="../gui/intake/arrivals_field.py" />
      <source>… and {count} more</source>
      <translation>……另有 {count} 个</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_desk.py" />
      <source>Placing a case</source>
      <translation>案件落图</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_desk.py" />
      <source>Reading the cases without a place</source>
      <translation>正在读取待落图案件</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_desk.py" />
      <source>Reading …</source>
      <translation>正在读取……</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_dock.py" />
      <source>Address</source>
      <translation>地址</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_dock.py" />
      <location filename="../gui/tree/tree_model.py" />
      <source>Case</source>
      <translation>案件</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_dock.py" />
      <source>Click on the map where the chosen case lies; the next one follows</source>
      <translation>在图上点选中案件所在的地方，接着自动选中下一件</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_dock.py" />
      <source>Every case has its place.</source>
      <translation>没有待落图的案件。</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_dock.py" />
      <source>Place on the map</source>
      <translation>在图上落点</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_dock.py" />
      <source>Reported</source>
      <translation>上报时间</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_dock.py" />
      <source>The chosen case is the one that a click on the map places.</source>
      <translation>在图上点一下，落图的就是选中的这一件。</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_dock.py" />
      <source>What it is about</source>
      <translation>问题描述</translation>
    </message>
    <message>
      <location filename="../gui/intake/waiting_dock.py" />
      <source>{count} {count:case has|cases have} no place yet</source>
      <translation>{count} 件案件待落图</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <location filename="../processing/algorithms/inventory/change.py" />
      <source>Change components together</source>
      <translation>批量变更部件</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <source>Change them</source>
      <translation>变更</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <source>Choose what to change, and say why.</source>
      <translation>请选择改成什么，并写明原因。</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <location filename="../processing/algorithms/inventory/change.py" />
      <source>New competent department</source>
      <translation>改为主管部门</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <location filename="../processing/algorithms/inventory/change.py" />
      <source>New maintainer</source>
      <translation>改为养护单位</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <location filename="../processing/algorithms/inventory/change.py" />
      <source>New owner</source>
      <translation>改为权属单位</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <location filename="../processing/algorithms/inventory/change.py" />
      <source>New state</source>
      <translation>改为状态</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <location filename="../processing/algorithms/inventory/change.py" />
      <source>New state of ownership</source>
      <translation>改为权属状态</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <location filename="../gui/opening/upgrade_window.py" />
      <location filename="../gui/people/ownership_dock.py" />
      <location filename="../project/papers/meeting_sheet.py" />
      <source>Since</source>
      <translation>起始日期</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <source>Since when it is so; it becomes the date of change</source>
      <translation>从哪天起是这样，成为变更日期</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <source>The competent department that all of them get; typing searches</source>
      <translation>全部改为这个主管部门；可输入查找</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <source>The department that maintains all of them from now on; typing searches</source>
      <translation>今后由哪个单位养护；可输入查找</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <source>The owner that all of them get, but for those about which a case is open</source>
      <translation>全部改为这个权属单位；权属认定未结案的除外</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <source>The state of ownership that all of them get, but for those with an open case</source>
      <translation>全部改为这种权属状态；权属认定未结案的除外</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <source>The state that all of them get, such as abandoned after a demolition</source>
      <translation>全部改为这种状态，例如拆迁后改为废弃</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <source>Why: it goes into the note of each component and into the change log</source>
      <translation>为什么变更：写进每个部件的备注和修改记录</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <location filename="../gui/inventory/desk.py" />
      <source>Working out what will happen…</source>
      <translation>正在推算变更结果…</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <source>stays as it is</source>
      <translation>不变</translation>
    </message>
    <message>
      <location filename="../gui/inventory/change_dialog.py" />
      <source>{count} {count:component is|components are} selected on the map.</source>
      <translation>地图上选中了 {count} 个部件。</translation>
    </message>
    <message>
      <location filename="../gui/inventory/desk.py" />
      <source>Changing components</source>
      <translation>正在变更部件</translation>
    </message>
    <message>
      <location filename="../gui/inventory/desk.py" />
      <source>Reading the components</source>
      <translation>正在读取部件</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>A click, or Enter, selects the components of a cell on the map and shows them.</source>
      <translation>单击或按回车键，在地图上选中并显示该格统计的部件。</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>A click, or Enter, shows the component on the map.</source>
      <translation>单击或按回车键，在地图上显示该部件。</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>Change what is selected…</source>
      <translation>批量变更选中的部件…</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>Change {count} selected…</source>
      <translation>批量变更选中的 {count} 个…</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>Compares a survey layer that came back, and takes over what was found outside</source>
      <translation>比较带回的普查图层，写入现场查明的情况</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <location filename="../gui/inventory/survey_dialog.py" />
      <location filename="../gui/people/ownership_dock.py" />
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../project/papers/meeting_sheet.py" />
      <source>Component</source>
      <translation>部件</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>Gives all components that are selected on the map another state, department or owner, with a reason</source>
      <translation>把地图上选中的部件统一改为另一状态、部门或权属，并写明原因</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <location filename="../gui/inventory/survey_dialog.py" />
      <source>Old code</source>
      <translation>原编码</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>Problem</source>
      <translation>问题</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>Survey layer…</source>
      <translation>普查图层…</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>Take in survey…</source>
      <translation>导入普查…</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>Which problems are listed, or which codes components bore before</source>
      <translation>列出哪类问题，或列出新旧编码对照</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>Writes the components that are counted into a GeoPackage for QField or Mergin</source>
      <translation>把正在统计的部件写成 GeoPackage，供 QField 或 Mergin 使用</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>all problems ({count})</source>
      <translation>全部问题（{count}）</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>numbers of its own</source>
      <translation>自编号</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>old and new codes ({count})</source>
      <translation>新旧编码对照（{count}）</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <location filename="../gui/people/ownership_dock.py" />
      <source>{count} of {all} {all:component|components}</source>
      <translation>{all} 个部件中的 {count} 个</translation>
    </message>
    <message>
      <location filename="../gui/inventory/dock.py" />
      <source>{count} {count:component bears|components bear} this old code</source>
      <translation>有 {count} 个部件写着这个原编码</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <source>Columns</source>
      <translation>列</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <location filename="../gui/people/ownership_dock.py" />
      <source>Only components for which this department is recorded</source>
      <translation>只显示登记为该部门的部件</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <source>Only components in this area</source>
      <translation>只统计这个区域内的部件</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <source>Only components in this state</source>
      <translation>只统计这种状态的部件</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <source>Only components of this class; type a code or a part of the name</source>
      <translation>只统计这一类部件；可输入代码或名称的一部分</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <source>Only components that are selected on the map; the counts follow the selection</source>
      <translation>只统计地图上选中的部件，随选择变化</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <location filename="../gui/people/ownership_dock.py" />
      <source>Only components whose ownership is in this state</source>
      <translation>只显示权属处于该状态的部件</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <source>Rows</source>
      <translation>行</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <source>What the columns of the table tell apart</source>
      <translation>表格各列按什么统计</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <source>What the rows of the table tell apart</source>
      <translation>表格各行按什么统计</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <source>all areas</source>
      <translation>全部区域</translation>
    </message>
    <message>
      <location filename="../gui/inventory/question_bar.py" />
      <source>any ownership</source>
      <translation>全部权属状态</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_desk.py" />
      <location filename="../gui/inventory/survey_dialog.py" />
      <source>Comparing the survey…</source>
      <translation>正在比较普查结果…</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_desk.py" />
      <location filename="../processing/algorithms/draw_lanes.py" />
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Survey layer</source>
      <translation>外业图层</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_desk.py" />
      <source>Taking in the survey</source>
      <translation>正在导入普查</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_desk.py" />
      <source>Writing the survey layer</source>
      <translation>正在写普查图层</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <location filename="../gui/issues/dialogs.py" />
      <source>Column</source>
      <translation>栏目</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Components that did not come back</source>
      <translation>没有带回的部件</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <source>Difference</source>
      <translation>差异</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <source>In the survey</source>
      <translation>普查</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <source>In the workspace</source>
      <translation>网格库中</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <location filename="../processing/algorithms/bring_back.py" />
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Keep what is here</source>
      <translation>保留库中的</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Leave them, only list them</source>
      <translation>不改，只列出</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <source>Set their state to: {state}</source>
      <translation>设为“{state}”</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Take in a survey of components</source>
      <translation>导入部件普查</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <source>Take over</source>
      <translation>写入</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Take what the survey says</source>
      <translation>用普查的</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <source>What becomes of components that were sent out and did not come back</source>
      <translation>导出了但没有带回的部件怎么办</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <source>What becomes of values that were changed here and by the survey</source>
      <translation>网格库和普查都改过的值怎么办</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <source>What the survey says otherwise, one row for each value</source>
      <translation>普查与网格库不同之处，一个值一行</translation>
    </message>
    <message>
      <location filename="../gui/inventory/survey_dialog.py" />
      <location filename="../processing/algorithms/bring_back.py" />
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Where both sides have changed</source>
      <translation>两边都改过的</translation>
    </message>
    <message>
      <location filename="../gui/inventory/table_model.py" />
      <source>All</source>
      <translation>合计</translation>
    </message>
    <message>
      <location filename="../gui/inventory/table_model.py" />
      <source>All together</source>
      <translation>合计</translation>
    </message>
    <message>
      <location filename="../gui/inventory/table_model.py" />
      <source>per 100 m of lane</source>
      <translation>每百米街巷</translation>
    </message>
    <message>
      <location filename="../gui/inventory/table_model.py" />
      <source>per ha</source>
      <translation>每公顷</translation>
    </message>
    <message>
      <location filename="../gui/issues/buffer_fixes.py" />
      <location filename="../gui/issues/dialogs.py" />
      <source>goes</source>
      <translation>并入</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <source>Checked: nothing to complain about.</source>
      <translation>检查完毕，没有问题。</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <source>Everything is in order: {rules} {rules:rule|rules} on {objects} {objects:object|objects} found nothing.</source>
      <translation>检查完毕，没有问题：{rules} 条规则检查了 {objects} 个对象。</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <source>Exempting</source>
      <translation>正在登记豁免</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <source>Export the list</source>
      <translation>导出问题清单</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <source>Fixing</source>
      <translation>正在修复</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <source>Lifting the exemption</source>
      <translation>正在撤销豁免</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <source>Next issue</source>
      <translation>下一个问题</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <source>Previous issue</source>
      <translation>上一个问题</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <location filename="../processing/algorithms/import_table.py" />
      <location filename="../processing/algorithms/patrols.py" />
      <location filename="../project/papers/change_sheet.py" />
      <source>Table</source>
      <translation>资料表</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <source>Working out the fix</source>
      <translation>正在推算修复</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <source>Writing the list</source>
      <translation>正在写清单</translation>
    </message>
    <message>
      <location filename="../gui/issues/controller.py" />
      <source>issues.csv</source>
      <translation>问题清单.csv</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>After this day the issue counts again.</source>
      <translation>过了这一天，问题重新计入。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>Approved by</source>
      <translation>批准人</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>As it is</source>
      <translation>现值</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>Exempt</source>
      <translation>豁免</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>Fix</source>
      <translation>修复</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>Fix issues</source>
      <translation>修复问题</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>Nothing of this can be fixed automatically.</source>
      <translation>这些问题都无法自动修复。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <location filename="../gui/issues/model.py" />
      <source>Object</source>
      <translation>对象</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>Stands beside the issue in the list; without a reason nothing is exempted.</source>
      <translation>与问题一起留在清单里；不写理由不能豁免。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>Then</source>
      <translation>改为</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>What would stand in each row; nothing has been changed yet.</source>
      <translation>各条记录将改成什么；此时还没有改动。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>Who agreed that it may stay: a person or an office.</source>
      <translation>同意保留的人或单位。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>Why it may stay, e.g. a lake that needs no grid</source>
      <translation>为何可以保留，例如：湖面，不需划分网格</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>until</source>
      <translation>截止日期</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>{count} unit {count:grid changes|grids change}; this is the ground that each gains and loses:</source>
      <translation>{count} 个单元网格的边界会变动，各自得失面积如下：</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>{count} {count:issue stays|issues stay}:</source>
      <translation>{count} 个问题保留：</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>{count} {count:issue|issues} of “{rule}” {count:is|are} kept in the list as exempted.</source>
      <translation>“{rule}”的 {count} 个问题将作为豁免保留在清单中。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>{count} {count:issue|issues} will be fixed; the check was repeated and finds no more of them.</source>
      <translation>将修复 {count} 个问题；已推算复查，不再发现。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dialogs.py" />
      <source>{count} {count:value|values} in tables {count:is|are} set right.</source>
      <translation>改正表中 {count} 个数值。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>, {count} exempted</source>
      <translation>，其中豁免 {count} 条</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>A click, or Enter, leads to the place on the map. Several rows can be selected. Right click, or the menu key: fix, exempt and more; Ctrl+C copies the rows.</source>
      <translation>单击或按回车，地图移到该处。可以选中多行。右键或菜单键：修复、豁免等；按 Ctrl+C 复制所选的行。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Check again</source>
      <translation>重新检查</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Checking</source>
      <translation>正在检查</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <location filename="../gui/jobs/forms.py" />
      <location filename="../gui/receivers/window.py" />
      <source>Copy</source>
      <translation>复制</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Exempt…</source>
      <translation>豁免…</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/people/board_dock.py" />
      <source>Export…</source>
      <translation>导出…</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Fix all of the rule…</source>
      <translation>修复同类…</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Fix…</source>
      <translation>修复…</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Keeps the selected issues in the list as exempted, with a reason; or lifts that</source>
      <translation>写明理由，把选中的问题作为豁免保留在清单中；或取消豁免</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Lift exemption</source>
      <translation>撤销豁免</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Mark as done</source>
      <translation>标为已处理</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Next</source>
      <translation>下一个</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Next issue, with its place on the map</source>
      <translation>下一个问题，地图移到该处</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>No issue passes the filters.</source>
      <translation>没有符合筛选条件的问题。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Not done</source>
      <translation>取消已处理</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Nothing has been checked yet. “Check again” checks the whole workspace.</source>
      <translation>还没有检查过。点“重新检查”检查整个网格库。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Opens the tool or list in which the selected issues are settled by hand, at their place</source>
      <translation>在问题所在位置打开处理所选问题的工具或列表</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Previous</source>
      <translation>上一个</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Previous issue, with its place on the map</source>
      <translation>上一个问题，地图移到该处</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Settle by hand</source>
      <translation>手工处理</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Show this rule only</source>
      <translation>只看这类问题</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Stops what is under way; nothing is written.</source>
      <translation>停止正在进行的操作，不写入任何内容。</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Strikes the selected issues out; a new check lists them again if they are still there</source>
      <translation>把选中的问题划掉；重新检查时若仍存在，会再次列出</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>The same for all issues of the selected rule</source>
      <translation>对所选规则的全部问题做同样的修复</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Works out a fix for the selected issues and shows it before anything is changed</source>
      <translation>为选中的问题推算修复办法，先给您看，再改动</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>Writes the list as it is shown into a file</source>
      <translation>把当前显示的清单写成文件</translation>
    </message>
    <message>
      <location filename="../gui/issues/dock.py" />
      <source>{shown} of {total} {total:issue|issues}</source>
      <translation>显示 {shown} 条，共 {total} 条</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>All rules ({count})</source>
      <translation>全部规则（{count}）</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <location filename="../processing/algorithms/validate.py" />
      <source>Errors</source>
      <translation>错误</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>Exempted only</source>
      <translation>仅看豁免</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>Hide done</source>
      <translation>隐藏已处理</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>Hides what you marked as done.</source>
      <translation>不显示您标为已处理的问题。</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>Only what the map shows</source>
      <translation>仅地图范围内</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>Search objects and texts</source>
      <translation>搜索对象和内容</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>Shows issues in the part that the map shows, and follows it.</source>
      <translation>只显示地图范围内的问题，随地图移动更新。</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>Shows issues in whose rule, object or text this stands.</source>
      <translation>只显示规则、对象或说明中含有这些字的问题。</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>Shows or hides issues of this severity; the number says how many there are.</source>
      <translation>显示或隐藏这一级别的问题，后面是个数。</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>Shows the issues of one rule only.</source>
      <translation>只显示一条规则的问题。</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <location filename="../processing/algorithms/validate.py" />
      <source>Warnings</source>
      <translation>警告</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>Whether issues that somebody exempted are shown.</source>
      <translation>是否显示已豁免的问题。</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>With exempted</source>
      <translation>含豁免</translation>
    </message>
    <message>
      <location filename="../gui/issues/filter_bar.py" />
      <source>Without exempted</source>
      <translation>不含豁免</translation>
    </message>
    <message>
      <location filename="../gui/issues/model.py" />
      <source>Exempted</source>
      <translation>已豁免</translation>
    </message>
    <message>
      <location filename="../gui/issues/model.py" />
      <source>Exempted by {who}: {why}</source>
      <translation>由 {who} 豁免：{why}</translation>
    </message>
    <message>
      <location filename="../gui/issues/model.py" />
      <source>Measure</source>
      <translation>数值</translation>
    </message>
    <message>
      <location filename="../gui/issues/model.py" />
      <source>Rule</source>
      <translation>规则</translation>
    </message>
    <message>
      <location filename="../gui/issues/model.py" />
      <source>Severity</source>
      <translation>级别</translation>
    </message>
    <message>
      <location filename="../gui/issues/model.py" />
      <source>Until {day}</source>
      <translation>至 {day}</translation>
    </message>
    <message>
      <location filename="../gui/issues/model.py" />
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../gui/people/board_rows.py" />
      <source>What is wrong</source>
      <translation>问题</translation>
    </message>
    <message>
      <location filename="../gui/issues/model.py" />
      <source>all</source>
      <translation>全部</translation>
    </message>
    <message>
      <location filename="../gui/issues/noted_check.py" />
      <source>Noting the check</source>
      <translation>记下检查结果</translation>
    </message>
    <message>
      <location filename="../gui/issues/noted_check.py" />
      <source>The check at {time} found nothing.</source>
      <translation>{time} 的检查没有发现问题。</translation>
    </message>
    <message>
      <location filename="../gui/issues/noted_check.py" />
      <source>The check at {time} found {errors} {errors:error|errors} and {warnings} {warnings:warning|warnings}. “Check again” lists them.</source>
      <translation>{time} 的检查发现 {errors} 处错误、{warnings} 处警告。点“重新检查”即可列出。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/balance.py" />
      <source>By the rules of the scheme each grid keeps within {area}.</source>
      <translation>按这个类别的要求，网格不跨出{area}。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/balance.py" />
      <source>Go on</source>
      <translation>接着算</translation>
    </message>
    <message>
      <location filename="../gui/jobs/balance.py" />
      <source>Grids may differ by {tolerance} %.</source>
      <translation>网格之间允许相差 {tolerance}%。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/balance.py" />
      <source>Keep the best so far</source>
      <translation>采用目前最好的</translation>
    </message>
    <message>
      <location filename="../gui/jobs/balance.py" />
      <source>Locked in painting, so they stay as they are: {grids} ({count}).</source>
      <translation>划归时锁定的网格保持不变：{grids}（共 {count} 个）。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/balance.py" />
      <source>Stop here? The best division so far is drawn on the map.</source>
      <translation>就停在这里吗？目前最好的划分已画在地图上。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/balance.py" />
      <source>Throw it away</source>
      <translation>不要了</translation>
    </message>
    <message>
      <location filename="../gui/jobs/columns_panel.py" />
      <source>(not in the file)</source>
      <translation>（文件里没有）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/columns_panel.py" />
      <source>A guess: please look at the rows below</source>
      <translation>这是猜的，请对照下面的行看一看</translation>
    </message>
    <message>
      <location filename="../gui/jobs/columns_panel.py" />
      <source>Column of the file that holds: {column}</source>
      <translation>文件中哪一列是：{column}</translation>
    </message>
    <message>
      <location filename="../gui/jobs/columns_panel.py" />
      <source>Shows or folds the columns for which nothing was found in the file.</source>
      <translation>展开或收起文件里没有找到对应列的项目。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/columns_panel.py" />
      <source>The first rows of the file; above each column stands what it is taken for.</source>
      <translation>文件的前几行；每列上方写明收到哪里。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/columns_panel.py" />
      <source>personal: not taken</source>
      <translation>涉及个人，不收</translation>
    </message>
    <message>
      <location filename="../gui/jobs/columns_panel.py" />
      <source>{column} (a guess)</source>
      <translation>{column}（待确认）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/columns_panel.py" />
      <source>{count} more {count:column|columns}</source>
      <translation>另外 {count} 列</translation>
    </message>
    <message>
      <location filename="../gui/jobs/dialog.py" />
      <source>More settings</source>
      <translation>更多设置</translation>
    </message>
    <message>
      <location filename="../gui/jobs/dialog.py" />
      <source>Once more</source>
      <translation>再做一次</translation>
    </message>
    <message>
      <location filename="../gui/jobs/dialog.py" />
      <source>Please choose the column: {field}</source>
      <translation>请指定这一列：{field}</translation>
    </message>
    <message>
      <location filename="../gui/jobs/dialog.py" />
      <source>Please choose: {field}</source>
      <translation>请选择：{field}</translation>
    </message>
    <message>
      <location filename="../gui/jobs/dialog.py" />
      <source>Settings that are good for most as they are.</source>
      <translation>一般不用改的设置。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/dialog.py" />
      <source>Workspace: {name} – {place}</source>
      <translation>网格库：{name} – {place}</translation>
    </message>
    <message>
      <location filename="../gui/jobs/field_kinds.py" />
      <location filename="../gui/jobs/place_fields.py" />
      <location filename="../gui/receivers/profile_field.py" />
      <location filename="../processing/algorithms/handover/deliver_http.py" />
      <location filename="../processing/algorithms/handover/import_package.py" />
      <location filename="../processing/parameters.py" />
      <source>All files</source>
      <translation>所有文件</translation>
    </message>
    <message>
      <location filename="../gui/jobs/field_kinds.py" />
      <source>no area; only the lanes chosen above</source>
      <translation>不按区域，只限上面所选街巷</translation>
    </message>
    <message>
      <location filename="../gui/jobs/field_kinds.py" />
      <source>the stations of the workspace</source>
      <translation>用本库的工作站</translation>
    </message>
    <message>
      <location filename="../gui/jobs/field_kinds.py" />
      <source>the street-lanes of the workspace</source>
      <translation>用本库的街巷</translation>
    </message>
    <message>
      <location filename="../gui/jobs/field_kinds.py" />
      <source>those that the checklist names</source>
      <translation>（按检查表规定的）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/field_kinds.py" />
      <source>unless the receiver's profile names others</source>
      <translation>（接收方要求另有规定的从其规定）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/fields.py" />
      <source>Today</source>
      <translation>今天</translation>
    </message>
    <message>
      <location filename="../gui/jobs/fields.py" />
      <location filename="../gui/receivers/field_list.py" />
      <location filename="../gui/receivers/files_form.py" />
      <source>any</source>
      <translation>不限</translation>
    </message>
    <message>
      <location filename="../gui/jobs/fields.py" />
      <source>automatic</source>
      <translation>自动</translation>
    </message>
    <message>
      <location filename="../gui/jobs/fields.py" />
      <source>ever</source>
      <translation>从最初起</translation>
    </message>
    <message>
      <location filename="../gui/jobs/fields.py" />
      <source>is missing</source>
      <translation>没有填</translation>
    </message>
    <message>
      <location filename="../gui/jobs/fields.py" />
      <source>is no number</source>
      <translation>不是数</translation>
    </message>
    <message>
      <location filename="../gui/jobs/fields.py" />
      <source>is out of bounds</source>
      <translation>超出范围</translation>
    </message>
    <message>
      <location filename="../gui/jobs/fields.py" />
      <source>needs at least one</source>
      <translation>至少选一种</translation>
    </message>
    <message>
      <location filename="../gui/jobs/fields.py" />
      <location filename="../gui/jobs/workspace_fields.py" />
      <location filename="../gui/lanes/choices.py" />
      <source>not given</source>
      <translation>不填</translation>
    </message>
    <message>
      <location filename="../gui/jobs/fields.py" />
      <source>now</source>
      <translation>现在</translation>
    </message>
    <message>
      <location filename="../gui/jobs/fields.py" />
      <source>stays in office</source>
      <translation>不离任</translation>
    </message>
    <message>
      <location filename="../gui/jobs/file_part.py" />
      <source>Reading the file …</source>
      <translation>正在读文件……</translation>
    </message>
    <message>
      <location filename="../gui/jobs/file_part.py" />
      <source>{rows} {rows:row|rows} in the file.</source>
      <translation>文件里有 {rows} 行。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/file_reading.py" />
      <source>Reading the file</source>
      <translation>读文件</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>Everything is copied: {units} unit {units:grid|grids}, {lanes} {lanes:street-lane|street-lanes}, {components} {components:component|components}, {cases} {cases:case|cases} and all else; contacts only where that is ticked.</source>
      <translation>全部复制：{units} 个单元网格、{lanes} 条街巷、{components} 个部件、{cases} 件案件，以及其余内容；个人联系方式勾选后才复制。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>First everything is checked, then only the sheet is written. Nothing is handed over.</source>
      <translation>先全面检查，再写告知单；不移交。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>First everything is checked, then {units} unit {units:grid|grids}, {grids} responsibility {grids:grid|grids} and {lanes} {lanes:street-lane|street-lanes} go out.</source>
      <translation>先做全面检查，再移交单元网格 {units} 个、责任网格 {grids} 个、街巷 {lanes} 条。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>Only what changed since is written.</source>
      <translation>只导出此后变更的岗位。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>Pages for {lanes} {lanes:street-lane|street-lanes}.</source>
      <translation>将为 {lanes} 条街巷制作页面。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>The release then is “{state}”.</source>
      <translation>该成果版本将成为“{state}”。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>The way from {units} unit {units:grid|grids} to the centres is measured.</source>
      <translation>将测算 {units} 个单元网格到各中心的路程。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>There is nothing to take.</source>
      <translation>没有需要接收的内容。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>Those that lie in the chosen places count.</source>
      <translation>只计入落在所选范围内的。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>To check: {units} unit {units:grid|grids}, {grids} responsibility {grids:grid|grids}, {lanes} {lanes:street-lane|street-lanes}, {components} {components:component|components}, {cases} {cases:case|cases}.</source>
      <translation>将检查：单元网格 {units} 个、责任网格 {grids} 个、街巷 {lanes} 条、部件 {components} 个、案件 {cases} 件。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>Will add {added} {added:row|rows}, update {updated}, find {unchanged} unchanged, and leave {left} out.</source>
      <translation>新增 {added} 行，更新 {updated} 行，{unchanged} 行没有变化，{left} 行不收。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>Will change {taken} {taken:place|places}.</source>
      <translation>将改动 {taken} 处。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>Will enter {accepted} accepted {accepted:row|rows} and {refused} refused {refused:row|rows}.</source>
      <translation>会登记接收 {accepted} 行、退回 {refused} 行。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>Will make {taken}.</source>
      <translation>将生成 {taken} 个。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>Will take all {taken} {taken:row|rows}.</source>
      <translation>{taken} 行全部会收。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>Will take {taken} {taken:row|rows}, and leave {left} out.</source>
      <translation>会收 {taken} 行，{left} 行不收。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{before} unit {before:grid|grids} of the one state and {after} of the other are compared.</source>
      <translation>将比对前一状态的 {before} 个单元网格与后一状态的 {after} 个单元网格。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{before} {before:grid|grids} over lanes of the one state and {after} of the other are compared.</source>
      <translation>将比对两个状态中作为网格的街巷：前一状态 {before} 条，后一状态 {after} 条。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{cases} of {all} {all:case|cases} {cases:is|are} counted: of this period and these classes.</source>
      <translation>所选时段和类别内的案件 {cases} 件（共 {all} 件）将计入。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{cases} of {all} {all:case|cases} {cases:is|are} counted: those that are asked for.</source>
      <translation>符合所选条件的案件 {cases} 件（共 {all} 件）将计入。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{communities} {communities:community|communities} will be divided; {units} unit {units:grid is|grids are} there now.</source>
      <translation>将划分 {communities} 个社区，其中现有单元网格 {units} 个。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{count} more …</source>
      <translation>还有 {count} 条……</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{items} {items:item|items} of {ledgers} {ledgers:ledger|ledgers}.</source>
      <translation>将统计 {ledgers} 本台账的 {items} 条记录。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{lanes} of {all} {all:street-lane|street-lanes} will be drawn.</source>
      <translation>将从 {all} 条街巷中抽取 {lanes} 条。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{lanes} {lanes:street-lane is|street-lanes are} looked at.</source>
      <translation>将查看 {lanes} 条街巷。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{posts} {posts:post|posts} at {lanes} {lanes:street-lane|street-lanes}.</source>
      <translation>岗位 {posts} 个，涉及街巷 {lanes} 条。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{posts} {posts:post|posts} at {places} {places:place|places}.</source>
      <translation>岗位 {posts} 个，涉及 {places} 处。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{rows} {rows:row|rows} of this release will be loaded.</source>
      <translation>将写入该成果版本的 {rows} 行。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{rows} {rows:row|rows} of {layers} {layers:layer or table|layers and tables} will be sent.</source>
      <translation>将发送 {layers} 个图层和表，共 {rows} 行。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{rules} {rules:rule|rules} of the duty list, asked for {areas} {areas:area|areas}.</source>
      <translation>将用 {rules} 条权责条目核对 {areas} 个区划。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{stay} unit {stay:grid stays|grids stay} as {stay:it is|they are}.</source>
      <translation>{stay} 个单元网格保持不变。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{units} unit {units:grid|grids} in {communities} {communities:community|communities} will be grouped.</source>
      <translation>将把 {communities} 个社区的 {units} 个单元网格分组。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forecast.py" />
      <source>{units} unit {units:grid|grids}, {grids} responsibility {grids:grid|grids} and {lanes} {lanes:street-lane|street-lanes} are counted.</source>
      <translation>将统计单元网格 {units} 个、责任网格 {grids} 个、街巷 {lanes} 条。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Ask</source>
      <translation>查询</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <location filename="../gui/lanes/officers_desk.py" />
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/people/assign_dialog.py" />
      <source>Assign</source>
      <translation>安排</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Bring back</source>
      <translation>带回</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Build</source>
      <translation>划分</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Compare</source>
      <translation>比较</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Count</source>
      <translation>统计</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Create</source>
      <translation>新建</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Deliver</source>
      <translation>写入</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Divide</source>
      <translation>划分</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Draw lots</source>
      <translation>抽取</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <location filename="../gui/people/end_dialog.py" />
      <source>End</source>
      <translation>终止</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>Evaluate</source>
      <translation>评价</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Export</source>
      <translation>导出</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Find</source>
      <translation>查找</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Follow</source>
      <translation>调整</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Import</source>
      <translation>导入</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Judge</source>
      <translation>认定</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>List</source>
      <translation>列出</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Make</source>
      <translation>制作</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Pass on</source>
      <translation>交接</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Plan</source>
      <translation>排班</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Reform</source>
      <translation>承接</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Run</source>
      <translation>运行</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Send</source>
      <translation>发送</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Stopped. What the receiver took until then is kept; send again to go on from there.</source>
      <translation>已停止。接收方此前已收下的已经记下；再发送一次，从这里继续。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/forms.py" />
      <source>Write the sheet</source>
      <translation>写告知单</translation>
    </message>
    <message>
      <location filename="../gui/jobs/job_run.py" />
      <source>The layers could not be read.</source>
      <translation>图层读不出来。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/job_run.py" />
      <location filename="../gui/jobs/talk.py" />
      <source>Working out what will happen …</source>
      <translation>正在试算……</translation>
    </message>
    <message>
      <location filename="../gui/jobs/known_fields.py" />
      <source>Choose a database connection of QGIS, or type an address</source>
      <translation>选择 QGIS 里的数据库连接，或键入地址</translation>
    </message>
    <message>
      <location filename="../gui/jobs/known_fields.py" />
      <source>Choose a release</source>
      <translation>选择成果版本</translation>
    </message>
    <message>
      <location filename="../gui/jobs/known_fields.py" />
      <location filename="../gui/ledgers/change_dialog.py" />
      <source>Colour</source>
      <translation>颜色</translation>
    </message>
    <message>
      <location filename="../gui/jobs/known_fields.py" />
      <source>Inspectors</source>
      <translation>监督员</translation>
    </message>
    <message>
      <location filename="../gui/jobs/known_fields.py" />
      <location filename="../gui/jobs/picked_fields.py" />
      <source>Type part of the name or number</source>
      <translation>输入名称或编号的一部分</translation>
    </message>
    <message>
      <location filename="../gui/jobs/known_fields.py" />
      <source>Video</source>
      <translation>视频</translation>
    </message>
    <message>
      <location filename="../gui/jobs/known_fields.py" />
      <source>none; or type a new name</source>
      <translation>不用；或输入新名称</translation>
    </message>
    <message>
      <location filename="../gui/jobs/known_fields.py" />
      <source>that of the workspace</source>
      <translation>本库所用的检查表</translation>
    </message>
    <message>
      <location filename="../gui/jobs/parts.py" />
      <source>Look first</source>
      <translation>先试算</translation>
    </message>
    <message>
      <location filename="../gui/jobs/parts.py" />
      <source>Open the folder</source>
      <translation>打开文件夹</translation>
    </message>
    <message>
      <location filename="../gui/jobs/parts.py" />
      <source>Open the hand-over sheet to sign</source>
      <translation>打开数据移交单（签字用）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/parts.py" />
      <source>Open the sheet</source>
      <translation>打开告知单</translation>
    </message>
    <message>
      <location filename="../gui/jobs/parts.py" />
      <source>Work it out without writing anything, and tell what would happen</source>
      <translation>只算不写，先看看会怎样</translation>
    </message>
    <message>
      <location filename="../gui/jobs/passing_view.py" />
      <location filename="../gui/painting/figures_text.py" />
      <source>Area (ha)</source>
      <translation>面积（公顷）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/passing_view.py" />
      <location filename="../gui/painting/figures_text.py" />
      <source>Lanes (m)</source>
      <translation>街巷（米）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/passing_view.py" />
      <location filename="../project/papers/change_sheet.py" />
      <source>Open cases</source>
      <translation>未结案件</translation>
    </message>
    <message>
      <location filename="../gui/jobs/passing_view.py" />
      <source>Passes from</source>
      <translation>从谁</translation>
    </message>
    <message>
      <location filename="../gui/jobs/passing_view.py" />
      <source>Passes to</source>
      <translation>到谁</translation>
    </message>
    <message>
      <location filename="../gui/jobs/passing_view.py" />
      <source>Posts after</source>
      <translation>现岗位</translation>
    </message>
    <message>
      <location filename="../gui/jobs/passing_view.py" />
      <source>Posts before</source>
      <translation>原岗位</translation>
    </message>
    <message>
      <location filename="../gui/jobs/passing_view.py" />
      <location filename="../gui/painting/figures_text.py" />
      <location filename="../gui/painting/grid_list.py" />
      <location filename="../gui/people/board_rows.py" />
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <location filename="../processing/algorithms/schemes.py" />
      <source>Unit grids</source>
      <translation>单元网格数</translation>
    </message>
    <message>
      <location filename="../gui/jobs/passing_view.py" />
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../gui/people/answer_html.py" />
      <location filename="../gui/people/end_dialog.py" />
      <location filename="../project/map/officer_style.py" />
      <source>nobody</source>
      <translation>无人负责</translation>
    </message>
    <message>
      <location filename="../gui/jobs/passing_view.py" />
      <source>{count} {count:transfer|transfers} from grid to grid, the largest first; click one to see it</source>
      <translation>{count} 对责任网格之间有地块易手，面积大的在前；点一行看在哪里</translation>
    </message>
    <message>
      <location filename="../gui/jobs/passing_view.py" />
      <source>{grid} ({people})</source>
      <translation>{grid}（{people}）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/picked_fields.py" />
      <source>Chosen from a list by name or number.</source>
      <translation>按名称或编号从列表中选取。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/picked_fields.py" />
      <source>Each load counts as often as its number says; all at 0: one load alone, as chosen above.</source>
      <translation>每种工作量按数字所示的份数计入；全部为 0 时只按上面所选的一种。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/picked_fields.py" />
      <source>Shows only what has this in its name or number; what is ticked stays ticked.</source>
      <translation>只列出名称或编号中含有所输文字的项；已勾选的不变。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/picked_fields.py" />
      <source>What is ticked is chosen.</source>
      <translation>勾选的即为选中。</translation>
    </message>
    <message>
      <location filename="../gui/jobs/picked_fields.py" />
      <source>all; choose…</source>
      <translation>全部，点击挑选…</translation>
    </message>
    <message>
      <location filename="../gui/jobs/picked_fields.py" />
      <source>none; choose…</source>
      <translation>无，点击选择…</translation>
    </message>
    <message>
      <location filename="../gui/jobs/picked_fields.py" />
      <source>only what is selected</source>
      <translation>仅选中的要素</translation>
    </message>
    <message>
      <location filename="../gui/jobs/picked_fields.py" />
      <source>{count} chosen</source>
      <translation>已选 {count} 项</translation>
    </message>
    <message>
      <location filename="../gui/jobs/picked_fields.py" />
      <source>{count}: {names}</source>
      <translation>{count} 个：{names}</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <source>Add files…</source>
      <translation>添加文件…</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <source>Choose a file</source>
      <translation>选择文件</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <source>Choose a file, or drop one here</source>
      <translation>选择文件，或把文件拖到这里</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <source>Choose a folder</source>
      <translation>选择文件夹</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <source>Choose a layer or a file, or drop one here</source>
      <translation>选择图层或文件，也可以拖到这里</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <location filename="../processing/parameters.py" />
      <source>Tables and layers</source>
      <translation>表格和图层</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <source>Which layer of “{file}”?</source>
      <translation>要用“{file}”里的哪个图层？</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <source>a layer until QGIS is closed</source>
      <translation>临时图层（关闭 QGIS 后消失）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <source>found by itself</source>
      <translation>自动识别</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <source>is still being read</source>
      <translation>还在读取，请稍候</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <source>not made</source>
      <translation>不输出</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>not used</source>
      <translation>不用</translation>
    </message>
    <message>
      <location filename="../gui/jobs/place_fields.py" />
      <source>that of the workspace itself</source>
      <translation>用本库自己的模板</translation>
    </message>
    <message>
      <location filename="../gui/jobs/reach.py" />
      <source>Counting what it is about</source>
      <translation>正在统计涉及的数量</translation>
    </message>
    <message>
      <location filename="../gui/jobs/reach.py" />
      <source>Counting …</source>
      <translation>正在统计……</translation>
    </message>
    <message>
      <location filename="../gui/jobs/result_view.py" />
      <source>Beyond the limit: {count}</source>
      <translation>超出时限：{count}</translation>
    </message>
    <message>
      <location filename="../gui/jobs/result_view.py" />
      <source>Hot cells: {count}</source>
      <translation>高发 {count} 格</translation>
    </message>
    <message>
      <location filename="../gui/jobs/result_view.py" />
      <source>New: {count}</source>
      <translation>新增 {count} 条</translation>
    </message>
    <message>
      <location filename="../gui/jobs/result_view.py" />
      <source>Places: {count}</source>
      <translation>共 {count} 处</translation>
    </message>
    <message>
      <location filename="../gui/jobs/result_view.py" />
      <source>Show all {count} on the map</source>
      <translation>在地图上显示全部 {count} 个</translation>
    </message>
    <message>
      <location filename="../gui/jobs/result_view.py" />
      <source>{places} hot {places:place|places} ({count} {count:cell|cells})</source>
      <translation>高发 {places} 处（{count} 格）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/result_view.py" />
      <source>{place} (no way)</source>
      <translation>{place}（没有路）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/result_view.py" />
      <source>{place} ({became}, {count} {count:case|cases})</source>
      <translation>{place}（{became}，{count} 件）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/result_view.py" />
      <source>{place} ({count} {count:closing|closings} did not hold)</source>
      <translation>{place}（{count} 次结案未守住）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/result_view.py" />
      <source>{place} ({minutes} min)</source>
      <translation>{place}（{minutes} 分钟）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/result_view.py" />
      <source>{place}: {told}</source>
      <translation>{place}：{told}</translation>
    </message>
    <message>
      <location filename="../gui/jobs/talk.py" />
      <source>Outside the tolerance: {count}</source>
      <translation>超出允许偏差：{count}</translation>
    </message>
    <message>
      <location filename="../gui/jobs/talk.py" />
      <source>grid workspace</source>
      <translation>网格库</translation>
    </message>
    <message>
      <location filename="../gui/jobs/talk.py" />
      <source>{title} …</source>
      <translation>{title}……</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>Choose one, or type a date such as 2026-01-15</source>
      <translation>选一个，或写日期，如 2026-01-15</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>Choose one, or type the name of a new one</source>
      <translation>选一个，或输入新类别的名称</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>Classes</source>
      <translation>案件类别</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <source>File</source>
      <translation>文件</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>Kind of source</source>
      <translation>来源档案</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <location filename="../gui/ledgers/dock.py" />
      <source>Ledger</source>
      <translation>台账</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>Only within</source>
      <translation>仅限范围</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>Proposals (ticked = carried out)</source>
      <translation>调整建议（勾选的才执行）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>Save as</source>
      <translation>保存为</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>all of them</source>
      <translation>全部</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>dates of your own</source>
      <translation>自选日期</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>everything; choose, or type a date such as 2026-01-15</source>
      <translation>全部；可选择，或输入日期，如 2026-01-15</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>none; type a name to make one</source>
      <translation>不建；键入名称即新建一个</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>or a mix of loads</source>
      <translation>或几种工作量搭配</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>or the name of a local frame</source>
      <translation>或地方坐标系名称</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>or unit grids per grid</source>
      <translation>或每格含单元网格数</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>release {number} ({about})</source>
      <translation>成果版本 {number}（{about}）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>scheme {title}</source>
      <translation>网格类别：{title}</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>the last export</source>
      <translation>上次导出</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/people/board_dock.py" />
      <location filename="../gui/people/duty_dock.py" />
      <source>the whole district</source>
      <translation>全区</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>three months until then</source>
      <translation>截至该月的三个月</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>today</source>
      <translation>现状</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>twelve months until then</source>
      <translation>截至该月的十二个月</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>{month} (last month with cases)</source>
      <translation>{month}（最近有案件）</translation>
    </message>
    <message>
      <location filename="../gui/jobs/workspace_fields.py" />
      <source>{month} (last month)</source>
      <translation>{month}（上个月）</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <location filename="../gui/painting/dock.py" />
      <source>Brush</source>
      <translation>画笔</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>Click a lane twice: the person gets the role between the two places</source>
      <translation>在一条街巷上点两处：此人负责两处之间的路段</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>Drag over lanes on the map that somebody has walked, or click one, and enter who and when</source>
      <translation>在地图上刷过走过的街巷，或点一条，再填谁在哪天走的</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>Drag over lanes on the map, or click one: the person gets the role there</source>
      <translation>在地图上刷过街巷，或点一条：此人即任所选角色</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>From a list…</source>
      <translation>按名单…</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>Give the person the role at all lanes of the area</source>
      <translation>让此人负责该区域的全部街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <location filename="../gui/people/end_dialog.py" />
      <source>Last day</source>
      <translation>最后一天</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../gui/lanes/walk_dialog.py" />
      <location filename="../gui/people/assign_dialog.py" />
      <location filename="../gui/people/board_rows.py" />
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>Person</source>
      <translation>人员</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>Rule by which task letters are numbered; empty = without numbers</source>
      <translation>任务书编号规则；留空不编号</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>Section</source>
      <translation>路段</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Signed on</source>
      <translation>签订日期</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>Take lanes, persons and roles in from a table (csv, xlsx)</source>
      <translation>从表格（csv、xlsx）读入街巷、人员和角色</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Task letters</source>
      <translation>任务书</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>The day on which the task letters were signed, if they were</source>
      <translation>任务书的签订日期，没有签就空着</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>The last day of the role that is given; empty = open</source>
      <translation>所给角色的最后一天，空着就是不定期</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>Walked</source>
      <translation>已走访</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>Who gets it; type part of the name or number</source>
      <translation>安排谁；可输入姓名或编号的一部分</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>Whole area…</source>
      <translation>整片…</translation>
    </message>
    <message>
      <location filename="../gui/lanes/assign_page.py" />
      <source>like T{year}-{n:04}</source>
      <translation>如 任〔{year}〕{n:04}号</translation>
    </message>
    <message>
      <location filename="../gui/lanes/at_a_place.py" />
      <source>Abolish</source>
      <translation>撤销街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/at_a_place.py" />
      <location filename="../gui/lanes/lane_actions.py" />
      <source>Abolish lane</source>
      <translation>撤销街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/at_a_place.py" />
      <source>Abolish the lane {name}? Its posts end when it is saved, and its code is never given again.</source>
      <translation>撤销街巷 {name}？保存后其岗位终止，编码不再使用。</translation>
    </message>
    <message>
      <location filename="../gui/lanes/at_a_place.py" />
      <source>Click a lane that is no more: its posts end, its row stays as history</source>
      <translation>单击已不存在的街巷：岗位终止，记录保留为历史</translation>
    </message>
    <message>
      <location filename="../gui/lanes/at_a_place.py" />
      <source>Click a lane where it is to be parted; the longer part keeps the code</source>
      <translation>单击街巷要断开的位置；较长的一段保留编码</translation>
    </message>
    <message>
      <location filename="../gui/lanes/at_a_place.py" />
      <source>Click a lane: from and to change places</source>
      <translation>单击街巷，起止点对调</translation>
    </message>
    <message>
      <location filename="../gui/lanes/at_a_place.py" />
      <location filename="../gui/lanes/lane_actions.py" />
      <source>Reverse lane</source>
      <translation>街巷反向</translation>
    </message>
    <message>
      <location filename="../gui/lanes/at_a_place.py" />
      <location filename="../gui/lanes/lane_actions.py" />
      <source>Split lane</source>
      <translation>分割街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/case_tables.py" />
      <location filename="../gui/lanes/officer_rows.py" />
      <source>Cases per 100 m</source>
      <translation>每百米案件</translation>
    </message>
    <message>
      <location filename="../gui/lanes/case_tables.py" />
      <source>Metres</source>
      <translation>米数</translation>
    </message>
    <message>
      <location filename="../gui/lanes/case_tables.py" />
      <source>Officer</source>
      <translation>街巷长</translation>
    </message>
    <message>
      <location filename="../gui/lanes/case_tables.py" />
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../processing/algorithms/inspections.py" />
      <source>Officers</source>
      <translation>街巷长</translation>
    </message>
    <message>
      <location filename="../gui/lanes/case_tables.py" />
      <source>Officers whose lanes have most cases for their length</source>
      <translation>按长度计案件最多的街巷长</translation>
    </message>
    <message>
      <location filename="../gui/lanes/case_tables.py" />
      <source>Worst items</source>
      <translation>问题最多的项</translation>
    </message>
    <message>
      <location filename="../gui/lanes/case_tables.py" />
      <source>{count} {count:lane has|lanes have} cases, the worst for its length first</source>
      <translation>{count} 条街巷有案件，按每百米案件数从多到少</translation>
    </message>
    <message>
      <location filename="../gui/lanes/case_tables.py" />
      <source>{name} (more than chance)</source>
      <translation>{name}（偏多，不像偶然）</translation>
    </message>
    <message>
      <location filename="../gui/lanes/choices.py" />
      <source>Empty the box</source>
      <translation>清空</translation>
    </message>
    <message>
      <location filename="../gui/lanes/draw.py" />
      <source>Click the end of a lane, then draw on from there</source>
      <translation>单击街巷的端点，再从那里接着画</translation>
    </message>
    <message>
      <location filename="../gui/lanes/draw.py" />
      <location filename="../gui/lanes/lane_actions.py" />
      <source>Draw lane</source>
      <translation>绘制街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/draw.py" />
      <source>Draw the line of a lane: click point by point, or drag</source>
      <translation>画出街巷的线：逐点单击，或按住左键拖动</translation>
    </message>
    <message>
      <location filename="../gui/lanes/draw.py" />
      <location filename="../gui/lanes/lane_actions.py" />
      <source>Extend lane</source>
      <translation>延长街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/draw.py" />
      <source>Next point; double click or Enter ends the line, Backspace takes a point back, Esc cancels</source>
      <translation>下一点；双击或回车结束，退格撤回一点，Esc 取消</translation>
    </message>
    <message>
      <location filename="../gui/lanes/lane_actions.py" />
      <source>Click a street-lane to part it there; the longer part keeps the code</source>
      <translation>单击街巷，在该处断开；较长的一段保留编码</translation>
    </message>
    <message>
      <location filename="../gui/lanes/lane_actions.py" />
      <source>Draw a street-lane by hand; it snaps to streets and lanes</source>
      <translation>手工绘制街巷，自动捕捉道路和街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/lane_actions.py" />
      <source>Draw on from the end of a street-lane</source>
      <translation>从街巷的端点接着画</translation>
    </message>
    <message>
      <location filename="../gui/lanes/lane_actions.py" />
      <source>End a street-lane: its posts end, its code is never given again, its row stays</source>
      <translation>撤销一条街巷：岗位终止，编码不再使用，记录保留</translation>
    </message>
    <message>
      <location filename="../gui/lanes/lane_actions.py" />
      <location filename="../gui/lanes/make.py" />
      <source>Lane from streets</source>
      <translation>街段成巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/lane_actions.py" />
      <source>Let a street-lane run the other way: from and to change places</source>
      <translation>街巷改为反向，起止点对调</translation>
    </message>
    <message>
      <location filename="../gui/lanes/lane_actions.py" />
      <source>Make several street-lanes one; officers go on, the other codes end</source>
      <translation>把几条街巷合成一条；街巷长延续，其余编码终止</translation>
    </message>
    <message>
      <location filename="../gui/lanes/lane_actions.py" />
      <location filename="../gui/lanes/merge.py" />
      <source>Merge lanes</source>
      <translation>合并街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/lane_actions.py" />
      <source>Pick pieces of street by click or drag and make a street-lane of them, or change one</source>
      <translation>单击或划过街段，组成一条街巷，或修改已有街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/lane_desk.py" />
      <source>{count} {count:piece|pieces}, {metres} m</source>
      <translation>{count} 段，{metres} 米</translation>
    </message>
    <message>
      <location filename="../gui/lanes/make.py" />
      <source>Click pieces of street to add, or pieces of this lane to take out; Esc cancels</source>
      <translation>单击要并入的街段，或本街巷中要移出的街段；Esc 取消</translation>
    </message>
    <message>
      <location filename="../gui/lanes/make.py" />
      <source>Click pieces of street, or drag across them; Ctrl+click names a lane to change</source>
      <translation>单击街段，或按住左键划过；按住 Ctrl 单击选定要修改的街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/make.py" />
      <location filename="../gui/ledgers/change_dialog.py" />
      <location filename="../gui/ledgers/dock.py" />
      <location filename="../gui/receivers/field_list.py" />
      <location filename="../gui/receivers/window.py" />
      <location filename="../gui/tree/tree_model.py" />
      <source>Name</source>
      <translation>名称</translation>
    </message>
    <message>
      <location filename="../gui/lanes/make.py" />
      <source>Name of the new lane; empty = the name that most of the picked street has</source>
      <translation>新街巷的名称；留空则取所选街段中最长的路名</translation>
    </message>
    <message>
      <location filename="../gui/lanes/make.py" />
      <source>no name</source>
      <translation>无名称</translation>
    </message>
    <message>
      <location filename="../gui/lanes/make.py" />
      <source>{told}: Enter or double click takes them, Backspace leaves the last one out</source>
      <translation>{told}：回车或双击确定，退格去掉最后一段</translation>
    </message>
    <message>
      <location filename="../gui/lanes/merge.py" />
      <source>Click the lanes to merge one by one, or drag across them</source>
      <translation>逐条单击要合并的街巷，或按住左键划过</translation>
    </message>
    <message>
      <location filename="../gui/lanes/merge.py" />
      <source>Enter or double click merges; Ctrl+click names the lane that keeps its code, Esc cancels</source>
      <translation>回车或双击合并；按住 Ctrl 单击指定保留编码的街巷，Esc 取消</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../gui/tree/tree_dock.py" />
      <source>; </source>
      <translation>；</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../gui/lanes/patrol_page.py" />
      <location filename="../gui/opening/open_postgis.py" />
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../project/papers/change_sheet.py" />
      <source>Code</source>
      <translation>编码</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../gui/painting/figures_text.py" />
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Households</source>
      <translation>户数</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Lane</source>
      <translation>街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officer_rows.py" />
      <source>Length in m</source>
      <translation>长度（米）</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officer_rows.py" />
      <source>Roles</source>
      <translation>角色</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officer_rows.py" />
      <location filename="../project/map/officer_style.py" />
      <source>without: {roles}</source>
      <translation>缺：{roles}</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_desk.py" />
      <source>Assigning officers</source>
      <translation>安排街巷长</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_desk.py" />
      <location filename="../gui/people/controller.py" />
      <source>Ending posts</source>
      <translation>终止岗位</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_desk.py" />
      <source>Entering walks</source>
      <translation>正在登记巡查</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_desk.py" />
      <source>Reading the officers of street-lanes</source>
      <translation>读取街巷长</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_desk.py" />
      <location filename="../gui/painting/dock.py" />
      <source>{metres} m</source>
      <translation>{metres}米</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_desk.py" />
      <source>{person} becomes {role} of all {count} {count:lane|lanes} of {area}.</source>
      <translation>{person} 将任 {area} 全部 {count} 条街巷的{role}。</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>Drag a person onto a lane on the map; selecting one selects the lanes that he or she has</source>
      <translation>把人员拖到地图的街巷上；选中一人即选中其负责的街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>End the posts of the selected lanes or persons, with a last day and a reason</source>
      <translation>终止所选街巷或人员的岗位，写明最后一天和原因</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/people/board_dock.py" />
      <source>End…</source>
      <translation>终止…</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/people/board_dock.py" />
      <source>Hand over…</source>
      <translation>交接…</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>How the map colours the lanes, for the role that is chosen</source>
      <translation>地图怎样给街巷着色，按所选角色</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>Lanes of</source>
      <translation>范围</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>Officers of street-lanes</source>
      <translation>街巷长</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/people/board_dock.py" />
      <source>Pass the posts of a person to another from a date on</source>
      <translation>自某日起把一人的岗位交给另一人</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>Patrols</source>
      <translation>巡查</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/people/board_dock.py" />
      <location filename="../gui/tree/tree_model.py" />
      <source>Persons</source>
      <translation>人员</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>Restore what the last act changed, if nobody built on it</source>
      <translation>恢复到上一次操作之前，其后没有人改过才行</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/people/assign_dialog.py" />
      <location filename="../gui/people/board_rows.py" />
      <location filename="../processing/algorithms/lane_officers.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Role</source>
      <translation>角色</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>Selected lanes are selected on the map; a double click, or Enter, goes there</source>
      <translation>选中的街巷在地图上选中；双击或回车前往</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>Take back…</source>
      <translation>撤回…</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>The cases that are counted for each person, up to the day</source>
      <translation>为每个人统计哪段时间的案件，到所选日期为止</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>The day that lists and map show; it follows QGIS's temporal controller</source>
      <translation>列表和地图显示哪一天；随 QGIS 的时态控制器走</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>The role that is given, and that the map is coloured for</source>
      <translation>安排哪种角色，地图也按它着色</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>The street office or community whose lanes are shown</source>
      <translation>显示哪个街道或社区的街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>Write the officers of the day and what each carries as tables</source>
      <translation>把当日的街巷长和每人的负担写成表格</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>a month back</source>
      <translation>近一个月</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>a year back</source>
      <translation>近一年</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>all roles</source>
      <translation>全部角色</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/receivers/field_list.py" />
      <source>as it is</source>
      <translation>不变</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>by last walk</source>
      <translation>按上次巡查</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>by load</source>
      <translation>按负担</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>by officer</source>
      <translation>按人员</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>by role that is missing</source>
      <translation>按缺哪种角色</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>cases</source>
      <translation>案件</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>map</source>
      <translation>地图</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <location filename="../gui/people/board_dock.py" />
      <source>on</source>
      <translation>日期</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>three months back</source>
      <translation>近三个月</translation>
    </message>
    <message>
      <location filename="../gui/lanes/officers_dock.py" />
      <source>{lanes} {lanes:lane|lanes}, {bare} without anybody; {officers} {officers:officer|officers}; {adrift} {adrift:post|posts} at lanes that are no more</source>
      <translation>{lanes} 条街巷，{bare} 条无人负责；{officers} 人；{adrift} 个岗位所在街巷已不存在</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Days since</source>
      <translation>已过天数</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Days without a walk</source>
      <translation>未走超过（天）</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Enter that the selected lanes were walked: by the rota, or by one person</source>
      <translation>登记选中的街巷已经走过：按排班，或由一个人</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Gaps…</source>
      <translation>漏巡…</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Lanes that nobody walked for longer are red, in the list and on the map</source>
      <translation>超过这些天没有人走的街巷，列表和地图上都是红色</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>List planned days on which nobody walked, and lanes not walked for long</source>
      <translation>列出排了班没有人走的日子，以及多日没有人走的街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Not walked</source>
      <translation>漏巡天数</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Plan who of the council walks which lane on which day</source>
      <translation>排理事会哪天由谁走哪条街巷</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Planned days</source>
      <translation>排班天数</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Plan…</source>
      <translation>排班…</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Rota of the day</source>
      <translation>当日排班</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Walked last</source>
      <translation>上次巡查</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>Walked…</source>
      <translation>登记走访…</translation>
    </message>
    <message>
      <location filename="../gui/lanes/patrol_page.py" />
      <source>never</source>
      <translation>从未</translation>
    </message>
    <message>
      <location filename="../gui/lanes/walk_dialog.py" />
      <source>Enter</source>
      <translation>登记</translation>
    </message>
    <message>
      <location filename="../gui/lanes/walk_dialog.py" />
      <source>Enter walks</source>
      <translation>登记巡查</translation>
    </message>
    <message>
      <location filename="../gui/lanes/walk_dialog.py" />
      <source>Finding</source>
      <translation>发现情况</translation>
    </message>
    <message>
      <location filename="../gui/lanes/walk_dialog.py" />
      <source>The day of the walk; not one that is still to come</source>
      <translation>走访的日期，不能是还没有到的日子</translation>
    </message>
    <message>
      <location filename="../gui/lanes/walk_dialog.py" />
      <source>What was found on the way; it goes to each of the walks</source>
      <translation>路上发现的情况，每次走访都记上</translation>
    </message>
    <message>
      <location filename="../gui/lanes/walk_dialog.py" />
      <source>Who walked them; empty = lane by lane whoever was planned</source>
      <translation>谁走的；空着就按每条街巷当日的排班</translation>
    </message>
    <message>
      <location filename="../gui/lanes/walk_dialog.py" />
      <source>whoever the rota has</source>
      <translation>按排班</translation>
    </message>
    <message>
      <location filename="../gui/lanes/walk_dialog.py" />
      <source>{count} {count:lane was|lanes were} walked: {lanes}</source>
      <translation>走过 {count} 条街巷：{lanes}</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/change_dialog.py" />
      <source>Change a ledger</source>
      <translation>修改台账</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/change_dialog.py" />
      <source>Statuses that count as done</source>
      <translation>算办结的状态</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/change_dialog.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Symbol</source>
      <translation>符号</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/change_dialog.py" />
      <source>The colour in which the map draws its items</source>
      <translation>条目在地图上的颜色</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/change_dialog.py" />
      <source>The symbol of its points on the map</source>
      <translation>点在地图上的符号</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/change_dialog.py" />
      <source>Ticked statuses count as done: such items are never overdue</source>
      <translation>勾选的状态算办结，不再计入超期</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/change_dialog.py" />
      <source>What the ledger is called, on the map too</source>
      <translation>台账的名称，地图上也用它</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/desk.py" />
      <source>Changing the ledger</source>
      <translation>修改台账</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/desk.py" />
      <source>Reading the ledgers</source>
      <translation>读取台账</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/desk.py" />
      <location filename="../gui/receivers/controller.py" />
      <location filename="../gui/receivers/window.py" />
      <source>Remove</source>
      <translation>移除</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/desk.py" />
      <source>Remove the ledger {title} with all its items?</source>
      <translation>移除台账“{title}”和其中全部条目？</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/desk.py" />
      <source>Removing the ledger</source>
      <translation>移除台账</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>A click, or Enter, shows the item on the map.</source>
      <translation>单击或按回车，在地图上显示这一条。</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>A click, or Enter, shows the items and the map of a ledger.</source>
      <translation>单击或按回车，列出这本台账的条目并在地图上显示。</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Another name, look, or other statuses that count as done</source>
      <translation>改名称、符号、颜色，或改哪些状态算办结</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Changed</source>
      <translation>变化</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Changed on</source>
      <translation>变更日期</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Change…</source>
      <translation>修改…</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Done</source>
      <translation>办结</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Due on</source>
      <translation>期限</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Gone</source>
      <translation>移出</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Import a file…</source>
      <translation>导入文件…</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Items</source>
      <translation>在册</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Last imported</source>
      <translation>最近导入</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>New</source>
      <translation>新增</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Number</source>
      <translation>编号</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Only items in which this stands</source>
      <translation>只列出含有这些字的条目</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Overdue</source>
      <translation>超期</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Part of a name, key or status</source>
      <translation>名称、编号或状态中的字</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Remove…</source>
      <translation>移除…</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Status</source>
      <translation>状态</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Status before</source>
      <translation>原状态</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Still open</source>
      <translation>未办结</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Take in a newer file of this ledger, or a new one</source>
      <translation>导入这本台账的新文件，或新建一本</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Take the ledger away with its items; it can be taken back</source>
      <translation>移除台账和其中的条目，可以撤回</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>There is no ledger yet. Import one.</source>
      <translation>还没有台账，请先导入一本。</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>Which items of the ledger are listed</source>
      <translation>列出台账中的哪些条目</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>all that is listed</source>
      <translation>全部在册</translation>
    </message>
    <message>
      <location filename="../gui/ledgers/dock.py" />
      <source>{title}: {count} {count:item|items}</source>
      <translation>{title}：{count} 条</translation>
    </message>
    <message>
      <location filename="../gui/map/case_clusters.py" />
      <location filename="../gui/tree/controller.py" />
      <source>Reading the grid tree</source>
      <translation>读取网格树</translation>
    </message>
    <message>
      <location filename="../gui/map/theme_box.py" />
      <source>Map theme: which layers are shown, and how. QGIS's own themes, kept in the project</source>
      <translation>地图主题：显示哪些图层、用什么样式。即 QGIS 自带的地图主题，随工程保存</translation>
    </message>
    <message>
      <location filename="../gui/map/theme_box.py" />
      <source>changed by hand</source>
      <translation>已手动调整</translation>
    </message>
    <message>
      <location filename="../gui/opening/database_opening.py" />
      <location filename="../gui/opening/open_postgis.py" />
      <source>Connecting to {place}</source>
      <translation>正在连接 {place}</translation>
    </message>
    <message>
      <location filename="../gui/opening/last_check.py" />
      <source>Checked at {time}: {errors} {errors:error|errors}, {warnings} {warnings:warning|warnings}</source>
      <translation>{time} 检查：错误 {errors} 个，警告 {warnings} 个</translation>
    </message>
    <message>
      <location filename="../gui/opening/late_tables.py" />
      <source>Opening tables</source>
      <translation>正在打开数据表</translation>
    </message>
    <message>
      <location filename="../gui/opening/late_tables.py" />
      <location filename="../gui/opening/name_lists.py" />
      <source>Reading names</source>
      <translation>正在读取名称</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>A click, or Enter, asks this database for its workspaces.</source>
      <translation>单击或按回车，列出该数据库中的网格库。</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>A double click, or the button below, opens the workspace.</source>
      <translation>双击或点下面的按钮打开网格库。</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>Click a connection to see its workspaces.</source>
      <translation>单击左侧的连接，查看其中的网格库。</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>District</source>
      <translation>区县</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>New or change…</source>
      <translation>新建或修改连接…</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <location filename="../gui/opening/workspace_actions.py" />
      <source>Open</source>
      <translation>打开</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>Opening {name} …</source>
      <translation>正在打开 {name} …</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>PostgreSQL connections in QGIS</source>
      <translation>QGIS 中的 PostgreSQL 连接</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>Press Enter, or click a connection, to see its workspaces.</source>
      <translation>按回车或单击一个连接，查看其中的网格库。</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>QGIS has no PostgreSQL connection yet. Set one up with “New or change…”.</source>
      <translation>QGIS 中还没有 PostgreSQL 连接。请单击“新建或修改连接…”添加。</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>Schema</source>
      <translation>模式</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>Set up connections in QGIS's Data Source Manager</source>
      <translation>在 QGIS 的数据源管理器中设置连接</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>Stopped.</source>
      <translation>已停止。</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>Stops waiting for the server.</source>
      <translation>不再等待服务器。</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>This database holds no workspace that you may read.</source>
      <translation>该数据库中没有您可以读取的网格库。</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>Workspaces found: {count}</source>
      <translation>找到 {count} 个网格库</translation>
    </message>
    <message>
      <location filename="../gui/opening/open_postgis.py" />
      <source>Workspaces in the database</source>
      <translation>数据库中的网格库</translation>
    </message>
    <message>
      <location filename="../gui/opening/recent.py" />
      <source>None yet</source>
      <translation>暂无</translation>
    </message>
    <message>
      <location filename="../gui/opening/recent.py" />
      <source>Open recent</source>
      <translation>最近打开</translation>
    </message>
    <message>
      <location filename="../gui/opening/schema_upgrade.py" />
      <location filename="../gui/opening/upgrade_window.py" />
      <source>Upgrading {place}</source>
      <translation>正在升级 {place}</translation>
    </message>
    <message>
      <location filename="../gui/opening/server_wait.py" />
      <source>Stops waiting: nothing is written, and edits that are not saved stay. Esc does the same.</source>
      <translation>不再等待：不写入任何内容，未保存的编辑都保留。按 Esc 键作用相同。</translation>
    </message>
    <message>
      <location filename="../gui/opening/server_wait.py" />
      <source>Waiting for the database server …</source>
      <translation>正在等待数据库服务器答复…</translation>
    </message>
    <message>
      <location filename="../gui/opening/start_page.py" />
      <source>No workspace is open. Begin here:</source>
      <translation>还没有打开网格库，从这里开始：</translation>
    </message>
    <message>
      <location filename="../gui/opening/start_page.py" />
      <source>Opened last</source>
      <translation>最近打开过</translation>
    </message>
    <message>
      <location filename="../gui/opening/start_page.py" />
      <source>Workspaces opened last: a click, or Enter, opens one again.</source>
      <translation>最近打开的网格库：单击或按回车再次打开。</translation>
    </message>
    <message>
      <location filename="../gui/opening/start_page.py" />
      <source>You can also drop a .gpkg file here.</source>
      <translation>也可以把 .gpkg 文件拖到这里。</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade.py" />
      <source>Nobody knows who else has this file open: ask those who share it to save and close it first.</source>
      <translation>无法得知还有谁打开着这个文件：请先通知共用它的人保存并关闭。</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade.py" />
      <source>Upgrade</source>
      <translation>升级</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade.py" />
      <source>Whoever else has it open is told, and has two minutes to save.</source>
      <translation>打开着它的其他人会得到通知，有两分钟时间保存。</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade_window.py" />
      <source>At work</source>
      <translation>正在使用的人</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade_window.py" />
      <source>Does not wait: what they have not saved they save once their plugin is updated.</source>
      <translation>不再等待：他们还没有保存的编辑，要在更新插件之后才能保存。</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade_window.py" />
      <source>Looking for who has the workspace open …</source>
      <translation>正在查看谁打开着这个网格库……</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade_window.py" />
      <source>Looking for who has the workspace open … Nobody has answered yet.</source>
      <translation>正在查看谁打开着这个网格库……还没有人应答。</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade_window.py" />
      <source>Nothing</source>
      <translation>无</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade_window.py" />
      <source>The end of the job</source>
      <translation>任务结束</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade_window.py" />
      <source>They have been told and can save. The upgrade begins when nobody has unsaved edits or a job that runs, in {count} {count:second|seconds} at the latest.</source>
      <translation>已通知他们，他们还可以保存。等到没有人有未保存的编辑、也没有批量任务在运行时就开始升级，最迟在 {count} 秒后开始。</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade_window.py" />
      <source>Upgrade now</source>
      <translation>立即升级</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade_window.py" />
      <source>Waited for</source>
      <translation>等待的内容</translation>
    </message>
    <message>
      <location filename="../gui/opening/upgrade_window.py" />
      <source>Who has the workspace open with a plugin that answers, and which jobs run.</source>
      <translation>打开着这个网格库并已应答的人，以及正在运行的批量任务。</translation>
    </message>
    <message>
      <location filename="../gui/opening/workspace_actions.py" />
      <source>The copy is put into this folder; what is there already stays as it is.</source>
      <translation>副本放在这个文件夹里；已有的保持原样。</translation>
    </message>
    <message>
      <location filename="../gui/opening/workspace_actions.py" />
      <source>The sample is an invented district: grids, street-lanes, staff, components and a year of cases. It is copied into this folder, so you can try everything on it.</source>
      <translation>示例是一个虚构的城区，含网格、街巷、人员、部件和一年的案件。示例会复制到下面的文件夹，可以放心试用。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/desk.py" />
      <source>Save now</source>
      <translation>现在保存</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/side_maps.py" />
      <source>The maps move together. Hatched is what the other version does not cover.</source>
      <translation>几幅小图一起移动；画斜线的是另一方没有的部分。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/side_maps.py" />
      <source>{length} m</source>
      <translation>{length} 米</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/side_table.py" />
      <source>(empty)</source>
      <translation>（空）</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/side_table.py" />
      <source>Every field in its versions; what differs is bold. Where both changed one, choose.</source>
      <translation>逐个字段列出各方的内容，不同之处为粗体；您改过的字段请选定以哪一方为准。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/side_table.py" />
      <location filename="../gui/receivers/field_list.py" />
      <source>Field</source>
      <translation>字段</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/side_table.py" />
      <source>Keep what I edited.</source>
      <translation>保留我的修改。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/side_table.py" />
      <location filename="../gui/overtaken/window.py" />
      <source>Mine</source>
      <translation>我的</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/side_table.py" />
      <source>Take what the colleague saved.</source>
      <translation>采用他人保存的内容。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/side_table.py" />
      <location filename="../gui/overtaken/window.py" />
      <source>When I began</source>
      <translation>开始编辑时</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>, and {count} more {count:row|rows}</source>
      <translation>，另有 {count} 条记录</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>As it is stored</source>
      <translation>库中现状</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>Edits of {count} more {count:row|rows} touch this outline and are chosen with it: by itself it would tear the ground.</source>
      <translation>另有 {count} 条记录的修改与此边界相连，须一并取舍：单独取舍会使网格之间出现空隙或重叠。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>Everything is chosen.</source>
      <translation>已全部选定。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>It was one of: {codes}.</source>
      <translation>原为下列之一：{codes}。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>On its ground lies now: {codes}.</source>
      <translation>该处现为：{codes}。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>Outline</source>
      <translation>图形</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>Still to be chosen: {fields} of {row}</source>
      <translation>尚待选定：{row} 的{fields}</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>The row</source>
      <translation>整条记录</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>This row is no more: it was deleted, or merged into another.</source>
      <translation>此记录已不存在：已被删除，或已并入其他记录。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>You deleted this row; the colleague changed it.</source>
      <translation>您删除了此记录，而他人作了修改。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>Your edit of it can only be given up.</source>
      <translation>您对它的修改只能放弃。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>Yours does not fit the cells as they are stored now in {count} {count:place|places}; if you keep it, the save offers a repair.</source>
      <translation>您画的与现在库中的网格有 {count} 处合不上；如保留，保存时会提供修复。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>as it is now</source>
      <translation>保持现状</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>as the colleague saved it</source>
      <translation>他人保存的内容</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>back with my values</source>
      <translation>恢复，并写入我的内容</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>deleted</source>
      <translation>删除</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <location filename="../gui/overtaken/window.py" />
      <source>mine</source>
      <translation>我的</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <location filename="../gui/overtaken/window.py" />
      <source>mixed</source>
      <translation>各取一部分</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>no more</source>
      <translation>已不存在</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <source>not known</source>
      <translation>不详</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <location filename="../gui/overtaken/window.py" />
      <source>open</source>
      <translation>未定</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/told_rows.py" />
      <location filename="../gui/overtaken/window.py" />
      <source>theirs</source>
      <translation>他人的</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/window.py" />
      <source>Apply</source>
      <translation>应用</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/window.py" />
      <source>Give up my edits of the selected rows.</source>
      <translation>放弃我对所选记录的修改。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/window.py" />
      <source>Keep mine</source>
      <translation>保留我的</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/window.py" />
      <source>Row</source>
      <translation>记录</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/window.py" />
      <source>Saved by</source>
      <translation>保存人</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/window.py" />
      <source>Take theirs</source>
      <translation>采用他人的</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/window.py" />
      <source>The rows that were changed by two; the one that the keyboard is on is shown beside. Several can be selected, and the two buttons serve all of them.</source>
      <translation>两人都改过的记录；当前的一条在旁边显示。可以选中多条，两个按钮对选中的全部有效。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/window.py" />
      <source>What counts</source>
      <translation>以谁为准</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/window.py" />
      <source>While you were editing, colleagues saved the rows below. What only one of you changed is chosen already; choose what shall count of what both changed. Nothing is changed before you choose Apply, and Undo takes it back in one step.</source>
      <translation>您编辑期间，同事已保存下列记录。只有一方改过的内容已经选好；双方都改过的，请逐项选定以谁为准。点“应用”之前不会改动任何数据，应用之后可一步撤销。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/window.py" />
      <source>Write what I edited in the selected rows over what the colleague saved.</source>
      <translation>所选记录用我的修改覆盖他人保存的内容。</translation>
    </message>
    <message>
      <location filename="../gui/overtaken/window.py" />
      <source>{table}: changed by two</source>
      <translation>{table}：两人都改过的记录</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>All assigned, each grid in one piece</source>
      <translation>全部已划归，各网格都连片</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>All grids can be painted again</source>
      <translation>所有责任网格都可以重新划归</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Alt+click on a grid of the map, or I over it: paint into this grid</source>
      <translation>在图上按住 Alt 单击，或把鼠标移到网格上按 I：划入该网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>By its rules each grid keeps within {area}.</source>
      <translation>按要求，网格不跨出{area}。</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Click anywhere in a community (5)</source>
      <translation>单击社区内任意一处，整个社区一次划归（5）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Click the grid that the target takes over (8)</source>
      <translation>单击要并入目标网格的责任网格（8）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Click unit grids one by one, or drag across them (2)</source>
      <translation>逐个单击单元网格，或按住拖过（2）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Double click, or Enter: paint into this grid</source>
      <translation>双击或按回车：划入这个网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Drag a rectangle over unit grids (3)</source>
      <translation>拖出矩形，框住要划归的单元网格（3）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Drag or click from a border into the other grid (6)</source>
      <translation>在边界旁单击，或由边界向对方网格拖动（6）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Drag over unit grids; Ctrl+wheel or [ ] changes the width (1)</source>
      <translation>按住拖过单元网格；Ctrl+滚轮或 [ ] 调整宽度（1）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Draw a line through a grid (7)</source>
      <translation>画线穿过一个责任网格（7）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Draw around unit grids, by clicks or in one stroke (4)</source>
      <translation>逐点单击或一笔画圈，圈住单元网格（4）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Erase</source>
      <translation>取消划归</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Find a grid</source>
      <translation>查找责任网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Into: &lt;b&gt;{grid}&lt;/b&gt;</source>
      <translation>划入：&lt;b&gt;{grid}&lt;/b&gt;</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Lists only the grids in whose name this stands.</source>
      <translation>只列出名称中含有这些字的网格。</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Lock all</source>
      <translation>全部锁定</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Merge grids</source>
      <translation>并入</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>New grid</source>
      <translation>新建网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Nothing enters or leaves any grid</source>
      <translation>所有责任网格都不进不出</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Paint into no grid (E)</source>
      <translation>划为不属任何责任网格（E）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Polygon</source>
      <translation>多边形</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Push border</source>
      <translation>推移边界</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Rectangle</source>
      <translation>矩形</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Scheme: &lt;b&gt;{title}&lt;/b&gt;</source>
      <translation>网格类别：&lt;b&gt;{title}&lt;/b&gt;</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Single</source>
      <translation>点选</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Split off</source>
      <translation>拆分</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>The next open piece (.)</source>
      <translation>下一处待处理（.）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>The next stroke makes a grid (N)</source>
      <translation>下一笔新建一个责任网格（N）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>The open piece before (,)</source>
      <translation>上一处待处理（,）</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Unlock all</source>
      <translation>全部解锁</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Whole community</source>
      <translation>整个社区</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Width of the brush</source>
      <translation>画笔宽度</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>Width of the brush on the ground; Ctrl+wheel or [ ] over the map changes it too.</source>
      <translation>画笔在地面上的宽度；在地图上按 Ctrl 加滚轮或 [ ] 也能改。</translation>
    </message>
    <message>
      <location filename="../gui/painting/dock.py" />
      <source>{unassigned} unit {unassigned:grid|grids} in no grid, {detached} {detached:piece|pieces} apart</source>
      <translation>{unassigned} 个单元网格未划归，{detached} 处与本网格不相连</translation>
    </message>
    <message>
      <location filename="../gui/painting/easel.py" />
      <source>Counting what the unit grids carry</source>
      <translation>统计各单元网格的部件、案件和街巷</translation>
    </message>
    <message>
      <location filename="../gui/painting/easel.py" />
      <source>a new grid</source>
      <translation>新建的责任网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/easel.py" />
      <source>no grid</source>
      <translation>不属任何网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/easel.py" />
      <source>the grid where the stroke begins</source>
      <translation>落笔处所在的责任网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/figures_text.py" />
      <location filename="../gui/painting/grid_list.py" />
      <source>Cases per month</source>
      <translation>月均案件</translation>
    </message>
    <message>
      <location filename="../gui/painting/figures_text.py" />
      <source>People</source>
      <translation>人口</translation>
    </message>
    <message>
      <location filename="../gui/painting/figures_text.py" />
      <source>new grid {number}</source>
      <translation>新建网格 {number}</translation>
    </message>
    <message>
      <location filename="../gui/painting/figures_text.py" />
      <source>{before} → {after} cases per month</source>
      <translation>月均案件 {before} → {after}</translation>
    </message>
    <message>
      <location filename="../gui/painting/figures_text.py" />
      <source>{count} unit {count:grid lies|grids lie} beyond the area of the grid and {count:stays|stay}</source>
      <translation>{count} 个单元网格不在该责任网格所属范围内，不动</translation>
    </message>
    <message>
      <location filename="../gui/painting/figures_text.py" />
      <source>{count} unit {count:grid stays|grids stay}: their grid or the target is locked</source>
      <translation>{count} 个单元网格不动：所在网格或目标网格已锁定</translation>
    </message>
    <message>
      <location filename="../gui/painting/figures_text.py" />
      <source>{count} unit {count:grid|grids} → {grid}</source>
      <translation>{count} 个单元网格 → {grid}</translation>
    </message>
    <message>
      <location filename="../gui/painting/figures_text.py" />
      <source>{count} {count:stays|stay}</source>
      <translation>{count} 个不动</translation>
    </message>
    <message>
      <location filename="../gui/painting/figures_text.py" />
      <source>⚠ {grid} falls into {parts} {parts:part|parts}</source>
      <translation>⚠ {grid} 将分成 {parts} 块</translation>
    </message>
    <message>
      <location filename="../gui/painting/grid_list.py" />
      <source>Grid (tick = locked)</source>
      <translation>责任网格（勾选即锁定）</translation>
    </message>
    <message>
      <location filename="../gui/painting/tool.py" />
      <source>Click anywhere in a community</source>
      <translation>单击社区内任意一处，整个社区一次划归</translation>
    </message>
    <message>
      <location filename="../gui/painting/tool.py" />
      <source>Click or drag; I picks the target up</source>
      <translation>单击单元网格或按住拖过；Alt+单击或 I 拾取目标网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/tool.py" />
      <source>Click the grid that the target takes over</source>
      <translation>单击要并入目标网格的责任网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/tool.py" />
      <source>Drag a rectangle over unit grids</source>
      <translation>拖出矩形，框住要划归的单元网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/tool.py" />
      <source>Drag from a border into the other grid</source>
      <translation>在边界旁单击，或由边界向让出的网格拖动</translation>
    </message>
    <message>
      <location filename="../gui/painting/tool.py" />
      <source>Drag over unit grids; I picks the target</source>
      <translation>按住拖过单元网格；Alt+单击或 I 拾取目标网格，Ctrl+滚轮调整宽度</translation>
    </message>
    <message>
      <location filename="../gui/painting/tool.py" />
      <source>Draw a line through a grid</source>
      <translation>画线穿过一个责任网格：较小的一侧成为新网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/tool.py" />
      <source>Draw around unit grids</source>
      <translation>逐点单击或一笔画圈，圈住单元网格</translation>
    </message>
    <message>
      <location filename="../gui/painting/tool.py" />
      <source>Enter ends, Esc cancels</source>
      <translation>回车或双击结束，退格键撤回一点，Esc 取消</translation>
    </message>
    <message>
      <location filename="../gui/papers/controller.py" />
      <source>Keep</source>
      <translation>保存</translation>
    </message>
    <message>
      <location filename="../gui/papers/controller.py" />
      <source>Keeping the template</source>
      <translation>正在保存模板</translation>
    </message>
    <message>
      <location filename="../gui/papers/controller.py" />
      <source>Reading some pages</source>
      <translation>正在读取几页内容</translation>
    </message>
    <message>
      <location filename="../gui/papers/controller.py" />
      <source>Reading the templates</source>
      <translation>正在读取模板</translation>
    </message>
    <message>
      <location filename="../gui/papers/controller.py" />
      <source>Saving the template</source>
      <translation>正在另存模板</translation>
    </message>
    <message>
      <location filename="../gui/papers/controller.py" />
      <source>Template</source>
      <translation>模板</translation>
    </message>
    <message>
      <location filename="../gui/papers/controller.py" />
      <source>The template of “{paper}” was changed. Let this workspace keep it?</source>
      <translation>“{paper}”的模板有改动。存为这个网格库的模板吗？</translation>
    </message>
    <message>
      <location filename="../gui/papers/designer.py" />
      <source>Template: {paper}</source>
      <translation>模板：{paper}</translation>
    </message>
    <message>
      <location filename="../gui/papers/fields.py" />
      <source>All street-lanes</source>
      <translation>全部街巷</translation>
    </message>
    <message>
      <location filename="../gui/papers/fields.py" />
      <source>{count} selected on the map</source>
      <translation>地图上选中的 {count} 条</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <source>Back to the plugin's</source>
      <translation>恢复自带模板</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <source>Each workspace can have templates of its own. They travel with it.</source>
      <translation>每个网格库可以有自己的模板，随网格库一起保存。</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <source>Edit in the layout designer…</source>
      <translation>在布局设计器中编辑…</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <source>Give the workspace's own template up; the one that comes with the plugin is used again</source>
      <translation>不再用本库的模板，恢复为插件自带的模板</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <source>Open the template in QGIS with some pages of this workspace; what you change can be kept</source>
      <translation>用这个网格库的几页内容打开模板，改完可以保存为本库模板</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <location filename="../gui/receivers/window.py" />
      <source>Save as a file…</source>
      <translation>另存为文件…</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <source>Save the template as a file (.qpt), for another workspace</source>
      <translation>把模板另存为文件（.qpt），给别的网格库用</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <source>Take a template (.qpt) that was saved from a layout in QGIS</source>
      <translation>导入从 QGIS 布局中另存的模板（.qpt）</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <source>Take from a file…</source>
      <translation>从文件导入…</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <source>The kinds of paper, and whose template each of them has.</source>
      <translation>材料的种类，以及各用谁的模板。</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <source>{paper}: the plugin's</source>
      <translation>{paper}：插件自带的模板</translation>
    </message>
    <message>
      <location filename="../gui/papers/window.py" />
      <source>{paper}: the workspace's own</source>
      <translation>{paper}：本库的模板</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>Grids, lane and who is on duty</source>
      <translation>网格、街巷与在岗人员</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>Holds no post.</source>
      <translation>没有担任岗位。</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>No grid and no lane here.</source>
      <translation>此处没有责任网格，也没有街巷。</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>Nobody is on duty then, and no duty phone is recorded</source>
      <translation>此时无人在岗，也没有登记值班电话</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>Nobody is on duty then; call the duty phone {phone}</source>
      <translation>此时无人在岗，请打值班电话 {phone}</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>Nothing has this code or name.</source>
      <translation>没有这个编码或名称。</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>Which department answers</source>
      <translation>责任部门</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>Which one?</source>
      <translation>是哪一个？</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>clear</source>
      <translation>明确</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <location filename="../gui/people/asking.py" />
      <location filename="../gui/people/duty_model.py" />
      <source>component </source>
      <translation>部件 </translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>disputed</source>
      <translation>有争议</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <location filename="../gui/people/asking.py" />
      <location filename="../gui/people/duty_model.py" />
      <source>event </source>
      <translation>事件 </translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>fallback</source>
      <translation>兜底</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>not on duty then</source>
      <translation>此时不在岗</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>on duty</source>
      <translation>在岗</translation>
    </message>
    <message>
      <location filename="../gui/people/answer_html.py" />
      <source>{distance} m away</source>
      <translation>相距 {distance} 米</translation>
    </message>
    <message>
      <location filename="../gui/people/answers_dock.py" />
      <source>All classes of the duty list</source>
      <translation>权责清单的全部类别</translation>
    </message>
    <message>
      <location filename="../gui/people/answers_dock.py" />
      <source>Ask who is on duty now; enter another time beside it</source>
      <translation>查此刻谁在岗；要查别的时间，在旁边填写</translation>
    </message>
    <message>
      <location filename="../gui/people/answers_dock.py" />
      <source>Click on the map, or enter a code, lane, person, component or case</source>
      <translation>在图上点，或输入编码、街巷、人员、部件、案件</translation>
    </message>
    <message>
      <location filename="../gui/people/answers_dock.py" />
      <source>Click on the map: who answers there, and why?</source>
      <translation>在图上点一下，看谁负责、为什么。</translation>
    </message>
    <message>
      <location filename="../gui/people/answers_dock.py" />
      <source>Enter looks for it and shows who answers there; Esc empties the line.</source>
      <translation>按回车查找并显示由谁负责；按 Esc 清空。</translation>
    </message>
    <message>
      <location filename="../gui/people/answers_dock.py" />
      <source>No class in particular</source>
      <translation>不分类别</translation>
    </message>
    <message>
      <location filename="../gui/people/answers_dock.py" />
      <source>Now</source>
      <translation>此刻</translation>
    </message>
    <message>
      <location filename="../gui/people/answers_dock.py" />
      <source>The class that is asked about; typing searches by code and name</source>
      <translation>查询的类别；可输入代码或名称查找</translation>
    </message>
    <message>
      <location filename="../gui/people/answers_dock.py" />
      <source>The moment that is asked about</source>
      <translation>查询的时刻</translation>
    </message>
    <message>
      <location filename="../gui/people/answers_dock.py" />
      <source>Time</source>
      <translation>时间</translation>
    </message>
    <message>
      <location filename="../gui/people/answers_dock.py" />
      <source>Who answers, and why. Tab walks through the links, Enter follows one.</source>
      <translation>由谁负责及其理由。按 Tab 逐个移到链接，按回车打开。</translation>
    </message>
    <message>
      <location filename="../gui/people/asking.py" />
      <location filename="../gui/tree/controller.py" />
      <source>Asking who answers</source>
      <translation>查责</translation>
    </message>
    <message>
      <location filename="../gui/people/asking.py" />
      <location filename="../gui/tree/controller.py" />
      <source>Searching</source>
      <translation>查找</translation>
    </message>
    <message>
      <location filename="../gui/people/asking.py" />
      <source>What is not saved yet is not looked at: {layers}.</source>
      <translation>尚未保存的修改不计在内：{layers}。</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>A post at {place}</source>
      <translation>在“{place}”设岗</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>First, second or stand-in, where several share a post</source>
      <translation>几人共一岗时，分 A角、B角、代班</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>Hours left empty mean round the clock. An end before the start is on the next day.</source>
      <translation>时刻留空为全天。结束早于开始的，到次日结束。</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>In post from</source>
      <translation>任职起</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>On duty from</source>
      <translation>上班</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>On duty until</source>
      <translation>下班</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>The days of the week, like 1-5 or 1,3,5</source>
      <translation>一周里哪几天，如 1-5 或 1,3,5</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>The first day in the post</source>
      <translation>任职的第一天</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <location filename="../gui/people/board_rows.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Turn</source>
      <translation>轮次</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>Weekdays</source>
      <translation>值守日</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>What the person is there; the usual roles of such a place come first</source>
      <translation>在那里担任什么；这类对象常用的角色排在前面</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>When the duty begins, like 08:00</source>
      <translation>几点上班，如 08:00</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>When the duty ends, like 18:00</source>
      <translation>几点下班，如 18:00</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>Who gets the post; type part of the name or number</source>
      <translation>由谁任此岗；输入姓名或编号的一部分</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>every day; or 1-5, 6-7</source>
      <translation>每天；或 1-5、6-7</translation>
    </message>
    <message>
      <location filename="../gui/people/assign_dialog.py" />
      <source>none in particular</source>
      <translation>不分</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>A double click, or Enter, goes to the place; drag a row with a person onto a grid on the map or in the tree</source>
      <translation>双击或按回车转到该处；把有人员的一行拖到地图或网格树中的网格上即可安排</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>Assign…</source>
      <translation>安排…</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>End the post of the row with a day; it stays on record</source>
      <translation>终止这一行的岗位，填最后一天；历史保留</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Hours without anybody</source>
      <translation>无人值守时段</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>Let one department take the place of another from a date on</source>
      <translation>自某日起由一个部门承接另一个部门</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>Office</source>
      <translation>街道、镇、乡</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <location filename="../gui/people/board_rows.py" />
      <location filename="../gui/schemes/window.py" />
      <source>Posts</source>
      <translation>岗位</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>Put somebody on the place of the row</source>
      <translation>给这一行的对象安排一个人</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>Reform…</source>
      <translation>部门承接…</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>Show all posts, or only those with one kind of fault</source>
      <translation>显示全部岗位，或只显示某一种问题</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>Show the place of the row on the map</source>
      <translation>在地图上显示这一行的对象</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>The day whose staffing is shown; earlier days as they were</source>
      <translation>看哪一天的情形；以前的日子照当时的样子</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>The street office whose staffing is shown</source>
      <translation>看哪个街道、镇、乡的人员</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>Write the posts, or what changed since a date, as tables</source>
      <translation>把岗位或自某日起的变更写成表格</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>all posts</source>
      <translation>全部岗位</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>show</source>
      <translation>显示</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>whatever is wrong ({count})</source>
      <translation>有问题的（{count}）</translation>
    </message>
    <message>
      <location filename="../gui/people/board_dock.py" />
      <source>{persons} {persons:person|persons}, {several} of them in several schemes; {unanswered} {unanswered:place|places} with hours nobody answers</source>
      <translation>在岗 {persons} 人，其中一岗多责 {several} 人；{unanswered} 处有时段无人接听</translation>
    </message>
    <message>
      <location filename="../gui/people/board_rows.py" />
      <source>From</source>
      <translation>起</translation>
    </message>
    <message>
      <location filename="../gui/people/board_rows.py" />
      <source>Hectares</source>
      <translation>公顷</translation>
    </message>
    <message>
      <location filename="../gui/people/board_rows.py" />
      <source>Hours</source>
      <translation>值守时间</translation>
    </message>
    <message>
      <location filename="../gui/people/board_rows.py" />
      <source>Lanes in m</source>
      <translation>街巷（米）</translation>
    </message>
    <message>
      <location filename="../gui/people/board_rows.py" />
      <source>Nobody on duty</source>
      <translation>无人值守</translation>
    </message>
    <message>
      <location filename="../gui/people/board_rows.py" />
      <source>Place</source>
      <translation>对象</translation>
    </message>
    <message>
      <location filename="../gui/people/board_rows.py" />
      <source>Schemes</source>
      <translation>网格类别</translation>
    </message>
    <message>
      <location filename="../gui/people/board_rows.py" />
      <source>Until</source>
      <translation>止</translation>
    </message>
    <message>
      <location filename="../gui/people/board_rows.py" />
      <source>Who answers then</source>
      <translation>谁来接听</translation>
    </message>
    <message>
      <location filename="../gui/people/board_rows.py" />
      <source>nobody: no duty phone</source>
      <translation>没有值班电话</translation>
    </message>
    <message>
      <location filename="../gui/people/board_rows.py" />
      <source>round the clock</source>
      <translation>全天</translation>
    </message>
    <message>
      <location filename="../gui/people/controller.py" />
      <source>Assigning a person</source>
      <translation>正在安排人员</translation>
    </message>
    <message>
      <location filename="../gui/people/controller.py" />
      <source>Reading the staffing board</source>
      <translation>正在读取人员看板</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_desk.py" />
      <source>Changing the duty list</source>
      <translation>修改权责清单</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_desk.py" />
      <source>Reading the duty list</source>
      <translation>读取权责清单</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>Area shown</source>
      <translation>区域</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>Duty zone</source>
      <translation>责任区</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>Only classes for which something has no rule or is disputed</source>
      <translation>只显示存在缺项或争议的类别</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>Only classes whose code or name has this in it; Esc empties it</source>
      <translation>只显示代码或名称中含此文字的类别；按 Esc 清空</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>Only gaps and disputes</source>
      <translation>只看空缺和争议</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>Open the form of the rule: state, basis, time limit, validity</source>
      <translation>打开这一条目的表单：状态、依据、时限、有效期</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>Open the rule</source>
      <translation>打开条目</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>Settle</source>
      <translation>定下来</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>The columns are this area and those right below it: the whole district or one street office</source>
      <translation>各列为此区划及其直接下级：全区，或某个街道</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>The department that is named answers from today on, without dispute</source>
      <translation>从今天起就由写着的这个部门负责，不再有争议</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>Which kind of duty zone the matrix is about, or all kinds side by side</source>
      <translation>权责表针对哪一类责任区，或各类并列</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>Who answers for a class in a place. Double click, Enter or typing: name another department.</source>
      <translation>某类别在某处由谁负责。双击、按回车或直接输入即可改为其他部门。</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>kinds of zones side by side</source>
      <translation>各类责任区并排</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>outside zones</source>
      <translation>责任区之外</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_dock.py" />
      <source>{gaps} of {cells} {cells:cell|cells} {gaps:has|have} no rule, {disputes} {disputes:is|are} disputed. Double-click a cell to change it.</source>
      <translation>{cells} 格中 {gaps} 格没有条目，{disputes} 格有争议。双击一格修改。</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_model.py" />
      <source>Disputed: rule {rule} and others, or its state is not settled</source>
      <translation>有争议：条目 {rule} 与别的条目不一致，或其状态未定</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_model.py" />
      <source>No rule for the whole place, but some for parts of it</source>
      <translation>没有管整个地方的条目，其下有些地方另有条目</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_model.py" />
      <source>No rule: the unit grid's body, else the street office answers</source>
      <translation>没有条目：由单元网格的责任主体或兜底单位负责，再由街道兜底</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_model.py" />
      <source>Rule {rule}</source>
      <translation>条目 {rule}</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_model.py" />
      <source>by parts</source>
      <translation>分片另定</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_model.py" />
      <source>every class</source>
      <translation>各类</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_model.py" />
      <source>no rule</source>
      <translation>无条目</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_model.py" />
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>nobody in particular</source>
      <translation>不指定</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_model.py" />
      <source>{area}: {zone}</source>
      <translation>{area}：{zone}</translation>
    </message>
    <message>
      <location filename="../gui/people/duty_model.py" />
      <source>{department} (disputed)</source>
      <translation>{department}（有争议）</translation>
    </message>
    <message>
      <location filename="../gui/people/end_dialog.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>End posts</source>
      <translation>终止岗位</translation>
    </message>
    <message>
      <location filename="../gui/people/end_dialog.py" />
      <source>The last day in the post</source>
      <translation>任职的最后一天</translation>
    </message>
    <message>
      <location filename="../gui/people/end_dialog.py" />
      <source>Why the posts end: one of the list, or your own words</source>
      <translation>终止原因：选一项，或自己写</translation>
    </message>
    <message>
      <location filename="../gui/people/end_dialog.py" />
      <source>{count} {count:post ends|posts end}; they stay on record.</source>
      <translation>终止 {count} 个岗位，历史保留。</translation>
    </message>
    <message>
      <location filename="../gui/people/end_dialog.py" />
      <source>{post}: {person}</source>
      <translation>{post}：{person}</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_desk.py" />
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Meeting sheet</source>
      <translation>会议单</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_desk.py" />
      <source>Opening a case</source>
      <translation>权属立案</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_desk.py" />
      <source>Reading the ownership desk</source>
      <translation>读取待认定的部件</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_desk.py" />
      <source>Writing the meeting sheet</source>
      <translation>写会议单</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_desk.py" />
      <source>Writing the ruling</source>
      <translation>写入认定</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Add a department to the list</source>
      <translation>添加部门</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Every body that claims the component or is named as its owner, one per line</source>
      <translation>主张权属或被指为权属的单位，每行一个</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Number of the minutes or the letter that says so; this or a text is needed</source>
      <translation>作为依据的会议纪要或函件文号；文号与文字至少填一项</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>One body per line</source>
      <translation>一行一个单位</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Open the case</source>
      <translation>立案</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Opened on</source>
      <translation>立案日期</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Owner</source>
      <translation>权属单位</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Puts a department of the workspace into the list above; typing searches</source>
      <translation>把网格库中的部门加入上面的名单；可输入文字查找</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Ruled on</source>
      <translation>认定日期</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>The day of the ruling</source>
      <translation>认定日期</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>The day on which the case was opened</source>
      <translation>立案日期</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>The department that acts until the ownership is settled; typing searches</source>
      <translation>权属明确之前先行处置的单位；可输入文字查找</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>The department that the component belongs to from now on; typing searches</source>
      <translation>今后的权属单位；可输入文字查找</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <location filename="../processing/algorithms/people/duty.py" />
      <source>What was decided</source>
      <translation>认定结论</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>What was decided, and why; this or a document number is needed</source>
      <translation>认定结果及理由；文字与文号至少填一项</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Who acts meanwhile</source>
      <translation>先行处置单位</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Who claims it, or is named</source>
      <translation>各方主张（涉及的单位）</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Whose is it? Open a case</source>
      <translation>权属立案</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Whose is it? Write down the ruling</source>
      <translation>权属认定</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dialogs.py" />
      <source>Write the ruling</source>
      <translation>写入认定</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>A row shows its component on the map; a double click, or Enter, opens a case about it.</source>
      <translation>选中一行即在地图上显示该部件；双击或按回车为其立案。</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>Case file</source>
      <translation>案卷</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>Click a component on the map to open a case about it</source>
      <translation>在图上点一个部件，为它立案</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../project/papers/meeting_sheet.py" />
      <source>Days</source>
      <translation>天数</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../project/papers/meeting_sheet.py" />
      <source>Department</source>
      <translation>部门</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>How long</source>
      <translation>已有多久</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>Meeting sheet…</source>
      <translation>会议单…</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>Only what has been open for longer than this</source>
      <translation>只显示悬置超过此天数的部件</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>Open case…</source>
      <translation>立案…</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>Pick on the map</source>
      <translation>在图上点选</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>Rule…</source>
      <translation>认定…</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <location filename="../project/papers/meeting_sheet.py" />
      <source>Who claims it</source>
      <translation>各方主张</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>Write down who claims the component, and who acts until it is settled</source>
      <translation>登记主张权属的单位，以及权属明确之前由谁先行处置</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>Write down whose the component is, on what basis</source>
      <translation>登记部件归谁所有及其依据</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>Write what is listed as a PDF for the meeting, with room for the decisions</source>
      <translation>把列出的部件写成会议用的 PDF，留出认定结论的位置</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>any age</source>
      <translation>不限</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>longer than {days} {days:day|days}</source>
      <translation>超过 {days} 天</translation>
    </message>
    <message>
      <location filename="../gui/people/ownership_dock.py" />
      <source>none recorded</source>
      <translation>未登记</translation>
    </message>
    <message>
      <location filename="../gui/receivers/controller.py" />
      <source>Keeping the profile</source>
      <translation>正在保存接收方要求</translation>
    </message>
    <message>
      <location filename="../gui/receivers/controller.py" />
      <source>Reading the receiver profiles</source>
      <translation>正在读取接收方要求</translation>
    </message>
    <message>
      <location filename="../gui/receivers/controller.py" />
      <source>Receiver profile</source>
      <translation>接收方要求</translation>
    </message>
    <message>
      <location filename="../gui/receivers/controller.py" />
      <source>Remove the receiver profile “{name}” from the workspace? Releases stay as they are.</source>
      <translation>从网格库中删除接收方要求“{name}”？已有的成果版本不变。</translation>
    </message>
    <message>
      <location filename="../gui/receivers/controller.py" />
      <source>Removing the profile</source>
      <translation>正在删除接收方要求</translation>
    </message>
    <message>
      <location filename="../gui/receivers/controller.py" />
      <source>Replace</source>
      <translation>替换</translation>
    </message>
    <message>
      <location filename="../gui/receivers/controller.py" />
      <source>The workspace keeps another profile “{name}”. Replace it?</source>
      <translation>网格库里已有名为“{name}”的接收方要求。要替换吗？</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Add a field that holds the same text in every row</source>
      <translation>添加一个每行内容都相同的字段</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Add a fixed field</source>
      <translation>添加固定值字段</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>An empty value stops the export</source>
      <translation>有空值时不予导出</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Bytes of the longest value that the receiver takes</source>
      <translation>接收方允许的最大宽度（字节）</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Down</source>
      <translation>下移</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Form</source>
      <translation>写法</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>In which form the values go out</source>
      <translation>取值以什么写法交付</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Put the chosen field one place down</source>
      <translation>把选中的字段下移一位</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Put the chosen field one place up</source>
      <translation>把选中的字段上移一位</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Required</source>
      <translation>必填</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Ticked fields are delivered, in this order. Drag them, or use Up and Down.</source>
      <translation>勾选的字段按此顺序交付。可拖动，也可用“上移”“下移”。</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Up</source>
      <translation>上移</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Value</source>
      <translation>内容</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>What the form needs, as the grey example shows</source>
      <translation>该写法所需的内容，见灰色示例</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>What the receiver calls the field; empty is our name</source>
      <translation>接收方的字段名；不填用本方的名称</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>Width</source>
      <translation>宽度</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>always the same</source>
      <translation>固定值</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>at most {width} {width:byte|bytes}</source>
      <translation>至多 {width} 字节</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>date as</source>
      <translation>日期格式</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>fixed</source>
      <translation>固定值</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>kind in the table of external codes</source>
      <translation>“对照编码”表中的种类</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>other values</source>
      <translation>取值对照</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>ours=theirs; ours=theirs; *=all others</source>
      <translation>本方=对方；本方=对方；*=其余</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>receiver's own code</source>
      <translation>对方编码</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>rounded to decimals</source>
      <translation>保留小数位</translation>
    </message>
    <message>
      <location filename="../gui/receivers/field_list.py" />
      <source>the text</source>
      <translation>固定的文字</translation>
    </message>
    <message>
      <location filename="../gui/receivers/files_form.py" />
      <source>A feature of several parts goes out as several features</source>
      <translation>多部件要素拆成多个要素交付</translation>
    </message>
    <message>
      <location filename="../gui/receivers/files_form.py" />
      <source>Encoding</source>
      <translation>shp 编码</translation>
    </message>
    <message>
      <location filename="../gui/receivers/files_form.py" />
      <source>Formats</source>
      <translation>图层格式</translation>
    </message>
    <message>
      <location filename="../gui/receivers/files_form.py" />
      <source>How many vertices a feature may have; one with more stops the export</source>
      <translation>一个要素最多几个顶点；超出的不予导出</translation>
    </message>
    <message>
      <location filename="../gui/receivers/files_form.py" />
      <source>In which encoding this receiver takes the texts of shapefiles</source>
      <translation>该接收方要求 shp 文字用哪种编码</translation>
    </message>
    <message>
      <location filename="../gui/receivers/files_form.py" />
      <source>In which formats this receiver takes layers</source>
      <translation>该接收方收哪几种格式的图层</translation>
    </message>
    <message>
      <location filename="../gui/receivers/files_form.py" />
      <source>In which reference system this receiver takes coordinates</source>
      <translation>接收方要求的坐标系</translation>
    </message>
    <message>
      <location filename="../gui/receivers/files_form.py" />
      <source>Most vertices</source>
      <translation>最多顶点数</translation>
    </message>
    <message>
      <location filename="../gui/receivers/files_form.py" />
      <source>Parts one by one</source>
      <translation>拆成单部件</translation>
    </message>
    <message>
      <location filename="../gui/receivers/files_form.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <source>Reference system</source>
      <translation>坐标系</translation>
    </message>
    <message>
      <location filename="../gui/receivers/files_form.py" />
      <source>as exported</source>
      <translation>由每次导出决定</translation>
    </message>
    <message>
      <location filename="../gui/receivers/profile_field.py" />
      <location filename="../gui/receivers/window.py" />
      <source>From a file…</source>
      <translation>从文件读入…</translation>
    </message>
    <message>
      <location filename="../gui/receivers/profile_field.py" />
      <source>none; or choose one</source>
      <translation>不用；或选择一份</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Begin a new profile with what the chosen one says</source>
      <translation>以选中的一份为底稿新建</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Colleagues and exports find it there by its name</source>
      <translation>同事和导出时都可按名称选用</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Delivered</source>
      <translation>交付</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>File names</source>
      <translation>文件名</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>File: {name}</source>
      <translation>文件：{name}</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Folder name</source>
      <translation>文件夹名</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Keep in the workspace</source>
      <translation>保存到网格库</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Releases and external codes are kept under this name</source>
      <translation>成果版本和对照编码都归在此名下</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Save the profile as a JSON file, for another workspace</source>
      <translation>另存为 JSON 文件，供其他网格库使用</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Such as {county}_{layer}_{yyyymmdd}; {layer_zh} is the Chinese name</source>
      <translation>例如 {county}_{layer}_{yyyymmdd}；{layer_zh} 为中文名称</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Such as {county}_{scheme}_{number}; {yyyymmdd} is the day of the export</source>
      <translation>例如 {county}_{scheme}_{number}；{yyyymmdd} 为导出日期</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Take a profile from a JSON file; keep it afterwards</source>
      <translation>从 JSON 文件读入，之后再保存</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Take the chosen profile out of the workspace</source>
      <translation>把选中的一份从网格库中删除</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>The layer or table whose fields and rows are shown</source>
      <translation>下面显示哪个图层或表的字段和数据</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>The workspace's profiles, then those that come along; copy one of these to change it.</source>
      <translation>先列网格库自己的，再列随插件提供的；后者请复制后修改。</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Under this name the workspace keeps it and an export finds it</source>
      <translation>以此名称保存在网格库中，导出时按名称选用</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Up to ten rows of this workspace as they would be written</source>
      <translation>本网格库的前十行，按交付时的写法显示</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>Without the tick the receiver does not get this layer or table</source>
      <translation>不勾选则不向接收方交付这个图层或表</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>{title} (comes along)</source>
      <translation>{title}（随插件提供）</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>{title} (copy)</source>
      <translation>{title}（副本）</translation>
    </message>
    <message>
      <location filename="../gui/receivers/window.py" />
      <source>“{title}” has changes that are not kept.</source>
      <translation>“{title}”有未保存的修改。</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Adopt</source>
      <translation>采用</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Adopting an alternative</source>
      <translation>采用划分方案</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Alternative of {title}</source>
      <translation>“{title}”的划分方案</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Changing rules</source>
      <translation>正在修改要求</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Copy of {title}</source>
      <translation>复制“{title}”</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Copying a grid scheme</source>
      <translation>复制网格类别</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Deleting a grid scheme</source>
      <translation>删除网格类别</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Making a grid scheme</source>
      <translation>正在新建网格类别</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Making street-lanes grids</source>
      <translation>正在把街巷设为网格</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <location filename="../processing/algorithms/schemes.py" />
      <source>New grid scheme</source>
      <translation>新建网格类别</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Put the grids of “{title}” in the place of those of “{main}”? {count} unit {count:grid changes|grids change} hands; posts follow the ground.</source>
      <translation>用“{title}”的责任网格代替“{main}”的？{count} 个单元网格换责任网格，岗位随地调整。</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Put the street-lanes of “{title}” with their supervisors and operators in the place of those of “{main}”? {count} {count:lane changes|lanes change}.</source>
      <translation>用“{title}”的街巷及其监管、作业单位取代“{main}”的？有 {count} 条街巷变动。</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Reading the grid schemes</source>
      <translation>正在读取网格类别</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>Rules of {title}</source>
      <translation>“{title}”的要求</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>{title}, alternative</source>
      <translation>{title}方案</translation>
    </message>
    <message>
      <location filename="../gui/schemes/controller.py" />
      <source>{title}, copy</source>
      <translation>{title}副本</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>A grid is</source>
      <translation>网格应</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>A grid keeps within</source>
      <translation>网格不跨</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>Another scheme has this key.</source>
      <translation>别的网格类别已用这个代号。</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>Colour of the outlines</source>
      <translation>界线颜色</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>Delete</source>
      <translation>删除</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <location filename="../processing/algorithms/schemes.py" />
      <source>Delete a grid scheme</source>
      <translation>删除网格类别</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>Grids are made of</source>
      <translation>网格由什么组成</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>Grids in several pieces are told by the check</source>
      <translation>不连片的网格由“全面检查”提示</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>How far a grid may be from the mean number of unit grids; the check tells those beyond</source>
      <translation>一个网格的单元网格数可以与平均数相差多少；超出的由“全面检查”提示</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>Key</source>
      <translation>代号</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>The areas that no grid of the scheme crosses</source>
      <translation>这一类的网格不跨的区划</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>The colour in which the map draws the grids of this scheme</source>
      <translation>地图上这一类网格界线的颜色</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>The key begins with a small letter and has at most 7 small letters, digits or underscores.</source>
      <translation>代号以小写字母开头，最多 7 个小写字母、数字或下划线。</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>The short name in columns and files; it never changes</source>
      <translation>用在列名和文件名里的简写，以后不再改变</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>The title as it stands above</source>
      <translation>照上面的名称输入</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>The title is missing.</source>
      <translation>还没有写名称。</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>Title</source>
      <translation>名称</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>Unit grids per grid may differ by</source>
      <translation>单元网格数允许偏差</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>Unit grids, or street-lanes with one grid each</source>
      <translation>由单元网格组成，或每条街巷一个网格</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>What the scheme is called</source>
      <translation>网格类别叫什么</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>any number</source>
      <translation>不限</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>in one piece, unless a grid says how many parts it has</source>
      <translation>连成一片，除非网格写明应有几块</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>small letters and digits, at most 7</source>
      <translation>小写字母和数字，最多 7 个</translation>
    </message>
    <message>
      <location filename="../gui/schemes/questions.py" />
      <source>“{title}” goes with its {grids} responsibility {grids:grid|grids} and {posts} {posts:post|posts}. Codes that were handed over are never used again. Type the title to delete it:</source>
      <translation>“{title}”连同 {grids} 个责任网格、{posts} 个岗位一起删除。已移交的编码作废，不再使用。要删除请输入名称：</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Adopt…</source>
      <translation>采用…</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Alternative…</source>
      <translation>做方案…</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Areas without</source>
      <translation>没有网格的区划</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Border</source>
      <translation>内部边界</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Borders of its grids with each other, within the areas that they keep to: the shorter, the smoother</source>
      <translation>责任网格相互之间的边界总长（只算不得跨越的范围之内的）：越短越规整</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Change what the scheme asks of its grids, and their colour</source>
      <translation>修改对这一类网格的要求和界线颜色</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Communities and street offices without a single unit grid in a grid of the scheme</source>
      <translation>一个单元网格都没有划入该类别的社区和街道</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Contracts</source>
      <translation>合同</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Copy the scheme as an alternative, to be changed and compared</source>
      <translation>把类别复制成划分方案，可以改、可以比</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Copy…</source>
      <translation>复制…</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Delete the scheme with its grids and posts, once its title is typed</source>
      <translation>输入名称后，连同网格和岗位删除这一类别</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Delete…</source>
      <translation>删除…</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Differs in</source>
      <translation>与原类别不同</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Grids</source>
      <translation>责任网格</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Grids with a contract, the day on which the first of them ends, and contracts that ended</source>
      <translation>有作业合同的责任网格数、最早到期的一天，以及已到期的合同数</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>How far the number of unit grids of a grid is from their mean at most</source>
      <translation>责任网格的单元网格数偏离平均数最多的一个</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>How far the number of unit grids of a grid may be from their mean, by the rules of the scheme</source>
      <translation>按该类别的规则，一个责任网格的单元网格数最多可偏离平均数多少</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>In none</source>
      <translation>未划入</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Keeps within</source>
      <translation>限于</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Largest deviation</source>
      <translation>最大偏差</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Let the map and the tree show the grids of this scheme</source>
      <translation>地图和网格树改为显示这一类网格</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Made of</source>
      <translation>组成</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Make a scheme over unit grids or over street-lanes</source>
      <translation>新建一个由单元网格或街巷组成的类别</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Make another scheme with the same grids</source>
      <translation>用同样的网格另建一个类别</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Make every street-lane that is in none a grid of the scheme</source>
      <translation>把还没有划入的街巷逐条设为该类别的责任网格</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Make them grids</source>
      <translation>设为网格</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>New…</source>
      <translation>新建…</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>No grid of {title} in these communities and street offices: {areas}</source>
      <translation>“{title}”在这些社区、街道还没有责任网格：{areas}</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>One row for each scheme; alternatives stand below the scheme that they are of</source>
      <translation>每个网格类别一行；划分方案列在所属类别的下面</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Put the grids of the alternative in the place of those of its scheme</source>
      <translation>用方案的网格代替原类别的网格</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Rules…</source>
      <translation>要求…</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <location filename="../gui/tree/tree_dock.py" />
      <source>Scheme</source>
      <translation>网格类别</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Select on the map the unit grids, or street-lanes, that are in no grid of it</source>
      <translation>在图上选中没有划入任何责任网格的单元网格或街巷</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Select what is in none</source>
      <translation>选中未划入的</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <location filename="../gui/tree/tree_dock.py" />
      <source>Show on the map</source>
      <translation>在地图上显示</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Tolerance</source>
      <translation>允许偏差</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>Unit grids, or street-lanes in use, that are in no grid of the scheme</source>
      <translation>没有划入该类别任何责任网格的单元网格（以街巷为基础的类别：在用街巷）</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>the first ends on {day}</source>
      <translation>最早 {day} 到期</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>{count} ended</source>
      <translation>{count} 份已到期</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>{count} street-{count:lane|lanes}</source>
      <translation>{count} 条街巷</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>{count} unit {count:grid|grids}</source>
      <translation>{count} 个单元网格</translation>
    </message>
    <message>
      <location filename="../gui/schemes/window.py" />
      <source>{km} km</source>
      <translation>{km} 公里</translation>
    </message>
    <message>
      <location filename="../gui/schemes/within.py" />
      <source>one community</source>
      <translation>同一社区</translation>
    </message>
    <message>
      <location filename="../gui/schemes/within.py" />
      <source>one street office</source>
      <translation>同一街道</translation>
    </message>
    <message>
      <location filename="../gui/schemes/within.py" />
      <source>one zone</source>
      <translation>同一片区</translation>
    </message>
    <message>
      <location filename="../gui/schemes/within.py" />
      <source>the district</source>
      <translation>全区</translation>
    </message>
    <message>
      <location filename="../gui/state/colleagues.py" />
      <source>Looking for jobs of colleagues</source>
      <translation>查看同事的任务</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>, {count} {count:warning|warnings}</source>
      <translation>，警告 {count} 个</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>Cancel: {job} ({percent} %)</source>
      <translation>取消：{job}（{percent} %）</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>Everything is saved</source>
      <translation>全部已保存</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>Handed over at {time}</source>
      <translation>移交时间：{time}</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>It asked everybody to wait with saving until it has ended</source>
      <translation>该任务请大家暂停保存，直到任务结束</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>Made at {time}; what is changed here is brought back at home</source>
      <translation>复制于 {time}；这里的改动以后带回原网格库</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>No job is under way</source>
      <translation>没有正在进行的任务</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>No release yet</source>
      <translation>尚无成果版本</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>No unsaved edits</source>
      <translation>无未保存修改</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>Not noted in the workspace: {reason}</source>
      <translation>未能记入网格库：{reason}</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>Nothing waits to be saved</source>
      <translation>没有待保存的修改</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>Releases…</source>
      <translation>成果版本…</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>Save “{layer}”</source>
      <translation>保存“{layer}”</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>Show the edits in “{layer}”</source>
      <translation>显示“{layer}”的修改处</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>Show the jobs under way; each can be cancelled</source>
      <translation>查看正在进行的任务，可逐个取消</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>The receiver rejected it: correct what the list of issues shows and export again</source>
      <translation>接收方已退回：按问题清单改正后重新导出</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>They run beside your work; what they change comes all at once when they end</source>
      <translation>这些任务与您的工作同时进行；任务结束时，改动一次写入</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>Working copy of “{home}”, made on {day}</source>
      <translation>“{home}”的工作副本，{day} 生成</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>{count} unsaved {count:edit|edits}</source>
      <translation>未保存修改 {count} 处</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>{count} {count:error|errors}</source>
      <translation>错误 {count} 个</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>{count} {count:job|jobs} of colleagues</source>
      <translation>同事的 {count} 个任务</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>{count} {count:job|jobs} under way</source>
      <translation>{count} 个任务进行中</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>{job}: {percent} %</source>
      <translation>{job}：{percent} %</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>{release} was rejected</source>
      <translation>{release}被退回</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>{release}: nothing changed since</source>
      <translation>{release}：此后无变更</translation>
    </message>
    <message>
      <location filename="../gui/state/follower.py" />
      <source>{release}: {count} {count:row|rows} changed since</source>
      <translation>{release}：此后变更 {count} 行</translation>
    </message>
    <message>
      <location filename="../gui/tree/answer_card.py" />
      <source>Nobody holds a post for the whole; {count} {count:person does|persons do} for grids and street-lanes in it</source>
      <translation>没有人负责整个辖区；辖区内的网格和街巷有 {count} 人任职</translation>
    </message>
    <message>
      <location filename="../gui/tree/answer_card.py" />
      <source>Nobody holds a post here</source>
      <translation>此处没有在岗人员</translation>
    </message>
    <message>
      <location filename="../gui/tree/answer_card.py" />
      <source>Who answers for the place that is chosen. Links lead to the grids, lanes and areas named.</source>
      <translation>所选地点由谁负责。点链接转到相应的网格、街巷和区划。</translation>
    </message>
    <message>
      <location filename="../gui/tree/results_list.py" />
      <source>What the search found: a click, or Enter, leads there.</source>
      <translation>查找的结果：单击或按回车转到该处。</translation>
    </message>
    <message>
      <location filename="../gui/tree/results_list.py" />
      <source>{count} more</source>
      <translation>还有 {count} 个</translation>
    </message>
    <message>
      <location filename="../gui/tree/search_bar.py" />
      <source>Beginning or end of a code, a name, a lane with a house number, a component, a case number. Enter or F3: next, Shift+F3: back, arrow down: the list.</source>
      <translation>编码的开头或结尾、名称、街巷加门牌号、部件、案件编号。回车或 F3：下一个，Shift+F3：上一个，向下键：进入列表。</translation>
    </message>
    <message>
      <location filename="../gui/tree/search_bar.py" />
      <source>Code, name, component, case number</source>
      <translation>编码、名称、部件、案件编号</translation>
    </message>
    <message>
      <location filename="../gui/tree/search_bar.py" />
      <source>Next result (F3)</source>
      <translation>下一个（F3）</translation>
    </message>
    <message>
      <location filename="../gui/tree/search_bar.py" />
      <source>Previous result (Shift+F3)</source>
      <translation>上一个（Shift+F3）</translation>
    </message>
    <message>
      <location filename="../gui/tree/search_bar.py" />
      <source>no result</source>
      <translation>无结果</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>Click, or Enter: show on the map and say who answers. Double click: the form. Right click, or the menu key: copy the code and more. Arrow keys: walk and say who answers, open and close.</source>
      <translation>单击或回车：在地图上显示，并列出责任人。双击：打开表单。右键或菜单键：复制编码等。方向键：移动并列出责任人、展开和收起。</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>Copy code</source>
      <translation>复制编码</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>Copy name</source>
      <translation>复制名称</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>Grid scheme whose responsibility grids the tree shows</source>
      <translation>网格树按哪个网格类别显示责任网格</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>Map</source>
      <translation>地图</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>Open everything below</source>
      <translation>展开全部下级</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>Open form</source>
      <translation>打开表单</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>Read again what tree and docks show</source>
      <translation>重新读取网格树和各面板显示的内容</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>Reading {name} …</source>
      <translation>正在读取 {name} …</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>no responsibility grids yet</source>
      <translation>尚无责任网格</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>{count} {count:case lies|cases lie} in no unit grid</source>
      <translation>{count} 件案件不在任何单元网格内</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_dock.py" />
      <source>{count} {count:component lies|components lie} in no unit grid</source>
      <translation>{count} 个部件不在任何单元网格内</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../processing/algorithms/draw_lanes.py" />
      <location filename="../processing/algorithms/inventory/count.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <location filename="../processing/parameters.py" />
      <source>Community</source>
      <translation>社区</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../processing/algorithms/inventory/count.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <location filename="../processing/parameters.py" />
      <source>County</source>
      <translation>区县</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <source>Groups</source>
      <translation>责任</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <source>Parts</source>
      <translation>部件</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <source>People who hold a post today</source>
      <translation>今天在岗的人数</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../processing/algorithms/inventory/count.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <location filename="../processing/parameters.py" />
      <source>Responsibility grid</source>
      <translation>责任网格</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <source>Responsibility grids of the chosen scheme</source>
      <translation>所选网格类别的责任网格数</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <source>Staff</source>
      <translation>人员</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <location filename="../processing/algorithms/schemes.py" />
      <source>Street-lanes</source>
      <translation>街巷</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <source>Street-lanes that run through</source>
      <translation>经过的街巷数</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <source>Units</source>
      <translation>单元</translation>
    </message>
    <message>
      <location filename="../gui/tree/tree_model.py" />
      <source>without</source>
      <translation>未填</translation>
    </message>
    <message>
      <location filename="../processing/acts.py" />
      <location filename="../processing/algorithms/handover/import_package.py" />
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <location filename="../processing/algorithms/patrols.py" />
      <source>Rows not taken</source>
      <translation>未导入行数</translation>
    </message>
    <message>
      <location filename="../processing/acts.py" />
      <location filename="../processing/algorithms/handover/import_package.py" />
      <source>Rows taken</source>
      <translation>导入行数</translation>
    </message>
    <message>
      <location filename="../processing/acts.py" />
      <source>Rows updated</source>
      <translation>更新行数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>A month of assessment begins on day</source>
      <translation>考核月从几号起</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>Briefing</source>
      <translation>简报</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>Cases reported</source>
      <translation>上报的案件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>Chinese</source>
      <translation>中文</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <location filename="../processing/algorithms/inventory/count.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Count by</source>
      <translation>统计单元</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>English</source>
      <translation>英文</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <location filename="../processing/algorithms/lane_officers.py" />
      <location filename="../processing/algorithms/lane_papers.py" />
      <location filename="../processing/algorithms/people/posts.py" />
      <source>Folder</source>
      <translation>文件夹</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>Formats (all if none is chosen)</source>
      <translation>格式（不选则全部）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <location filename="../processing/algorithms/inventory/count.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <location filename="../processing/algorithms/people/posts.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Grid scheme (for responsibility grids)</source>
      <translation>网格类别（按责任网格统计时）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>Language of the briefing</source>
      <translation>简报用的语言</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>Only cases in these states</source>
      <translation>只统计这些状态的案件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>Only cases of these classes</source>
      <translation>只统计这些类别的案件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>Only cases of these departments (codes)</source>
      <translation>只统计这些部门的案件（部门编码）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>Only cases of these sources</source>
      <translation>只统计这些来源的案件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>PDF (A3)</source>
      <translation>PDF（A3）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>Pictures</source>
      <translation>图片</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Template (a .qpt file; empty: the workspace's own)</source>
      <translation>模板（.qpt 文件，不填用网格库自己的）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>Web page (one file)</source>
      <translation>网页（单个文件）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/briefing.py" />
      <source>With components of sensitive classes</source>
      <translation>含涉密敏感类别的部件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/coverage.py" />
      <source>Coverage of the system</source>
      <translation>体系覆盖情况</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/coverage.py" />
      <source>Folder for the table as a workbook</source>
      <translation>另存为 Excel 的文件夹</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/coverage.py" />
      <source>Grid scheme (of all if empty)</source>
      <translation>网格类别（不填则全部）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/coverage.py" />
      <location filename="../processing/algorithms/lane_officers.py" />
      <location filename="../processing/algorithms/people/listed.py" />
      <source>On this day (today if empty)</source>
      <translation>哪一天（留空为今天）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/coverage.py" />
      <source>Street offices</source>
      <translation>街道数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>Cases count for those</source>
      <translation>案件算谁的</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>Cases filed</source>
      <translation>立案数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Cut the period into</source>
      <translation>时段分成</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>Evaluate by cases</source>
      <translation>按案件评价</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>Evaluation</source>
      <translation>评价结果</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>Evaluation by time</source>
      <translation>分段评价</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>Grid scheme (for responsibility grids and persons)</source>
      <translation>网格类别（评价责任网格和人员时用）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>How much a high share of unregistered people raises a score (%)</source>
      <translation>非户籍人口比例高时加分的力度（%）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>How much these weigh (%)</source>
      <translation>评分占总分的比重（%）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>Panel scores, monthly checks or votes</source>
      <translation>考评、月查或投票的评分表</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Quarters</source>
      <translation>季度</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Weeks</source>
      <translation>周</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>Years</source>
      <translation>年</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>whose they are today</source>
      <translation>现在归谁</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/evaluate.py" />
      <source>whose they were when reported</source>
      <translation>上报时归谁</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Area (cases per hectare)</source>
      <translation>面积（每公顷件数）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Cases counted</source>
      <translation>计入的案件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Chance is judged by</source>
      <translation>判断是否偶然的方法</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Components (cases per 100)</source>
      <translation>部件数（件/百个）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Divide by</source>
      <translation>除以</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Find hot spots</source>
      <translation>查找高发区域</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Follow hot spots over time</source>
      <translation>跟踪高发变化</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Formula: as if values were normally distributed</source>
      <translation>公式法：按正态分布推算</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Hot spots</source>
      <translation>高发区域</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>How often values are dealt out</source>
      <translation>随机置换次数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Length of street-lanes (cases per 100 m)</source>
      <translation>街巷长度（每百米件数）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Nothing: plain counts</source>
      <translation>不除，只计件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>People (cases per 1 000)</source>
      <translation>人口（每千人件数）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Permutation: values dealt out at random again and again</source>
      <translation>置换法：反复随机打乱后比较</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/hotspots.py" />
      <source>Seed: another number deals the values anew</source>
      <translation>随机种子：换一个数就重新打乱</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/recurrence.py" />
      <source>Cases of one place lie within (m)</source>
      <translation>同一地点的距离（米）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/recurrence.py" />
      <source>Find what comes back</source>
      <translation>查找反复问题</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/recurrence.py" />
      <source>How often days are dealt anew for the probability</source>
      <translation>算概率时随机重排的次数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/recurrence.py" />
      <source>Name the person of the grid scheme</source>
      <translation>列出哪个网格类别的人员</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/recurrence.py" />
      <source>Places where something came back</source>
      <translation>有反复的地点数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/recurrence.py" />
      <source>Reported again within days of the closing</source>
      <translation>结案后多少天内再次上报</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/recurrence.py" />
      <source>Seed: another number deals the days anew</source>
      <translation>随机种子（换一个数重新排列）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/analysis/recurrence.py" />
      <source>What came back</source>
      <translation>反复问题</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/assign_units.py" />
      <source>Give unit grids to a responsibility grid</source>
      <translation>把单元网格划入责任网格</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/assign_units.py" />
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <location filename="../processing/algorithms/export_package.py" />
      <location filename="../processing/algorithms/schemes.py" />
      <location filename="../processing/algorithms/who_is_responsible.py" />
      <source>Grid scheme (key, such as cg)</source>
      <translation>网格类别（代号，如 cg）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/assign_units.py" />
      <source>Responsibility grid that takes them (code, new or none)</source>
      <translation>划入的责任网格（编码，或新建、移出）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/assign_units.py" />
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Responsibility grids that stay (codes)</source>
      <translation>锁定的责任网格（编码）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/assign_units.py" />
      <source>Unit grids (codes with commas between them)</source>
      <translation>单元网格（编码，用逗号分隔）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/assign_units.py" />
      <source>Unit grids that changed grids</source>
      <translation>改变了责任网格的单元网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/assign_units.py" />
      <source>Unit grids that stay as they are</source>
      <translation>没有划归的单元网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/assign_units.py" />
      <source>or, in a scheme over street-lanes: lanes (codes; all for all without a grid)</source>
      <translation>或（以街巷为网格的类别）街巷（编码，或所有还没有责任网格的）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/assign_units.py" />
      <source>or: all unit grids of these responsibility grids (codes)</source>
      <translation>或：这些责任网格的全部单元网格（编码）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/assign_units.py" />
      <source>or: those in these polygons</source>
      <translation>或：落在这些面里的</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/assign_units.py" />
      <source>or: what a line cuts off, the smaller side</source>
      <translation>或：线切下的较小一侧</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/bring_back.py" />
      <source>Bring back working copy</source>
      <translation>带回工作副本</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/bring_back.py" />
      <source>Conflicts</source>
      <translation>冲突</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/bring_back.py" />
      <source>Rows brought back</source>
      <translation>带回的行数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/bring_back.py" />
      <source>Take what the working copy says</source>
      <translation>按工作副本的写入</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/bring_back.py" />
      <source>Working copy</source>
      <translation>工作副本</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Area</source>
      <translation>面积</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Balance by</source>
      <translation>均衡依据</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Build responsibility grids</source>
      <translation>划分责任网格</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Largest deviation (%)</source>
      <translation>最大偏差（%）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Length of street-lanes</source>
      <translation>街巷长度</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Number of cases</source>
      <translation>案件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Number of components</source>
      <translation>部件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Number of responsibility grids</source>
      <translation>责任网格个数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Number of unit grids</source>
      <translation>单元网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <location filename="../processing/algorithms/import_lanes.py" />
      <source>Only in these areas (codes)</source>
      <translation>只在这些区划内（代码，逗号分隔）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Only these responsibility grids (codes), among themselves</source>
      <translation>只在这些责任网格（编码）之间均衡</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Places that each get a grid of their own</source>
      <translation>各占一格的地点</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Population</source>
      <translation>人口</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Replace the present grids of this scheme</source>
      <translation>替换该类别现有的责任网格</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Responsibility grids built</source>
      <translation>划出的责任网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Rivers, railways … not to cross</source>
      <translation>不跨越的河流、铁路等</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Seed: another number gives another division</source>
      <translation>种子（换一个数得到另一种划分）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Stay with today's assignment (0–100)</source>
      <translation>维持现有划分的程度（0–100）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Title of the scheme</source>
      <translation>网格类别名称</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>Tolerated deviation (%)</source>
      <translation>允许偏差（%）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>or: a mix of loads, such as cases:2, lane_length:1</source>
      <translation>或：几项工作量的组合，如 案件：2，街巷长度：1</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/build_responsibility_grids.py" />
      <source>or: unit grids per responsibility grid</source>
      <translation>或：每个责任网格的单元网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/compare_states.py" />
      <source>Compare states</source>
      <translation>比较状态</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/compare_states.py" />
      <source>From (today, a release, a scheme, a date)</source>
      <translation>从（现状、成果版本、网格类别、日期）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/compare_states.py" />
      <source>Grid scheme (of today and of dates)</source>
      <translation>网格类别（现状和日期用）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/compare_states.py" />
      <source>To (today, a release, a scheme, a date)</source>
      <translation>到（现状、成果版本、网格类别、日期）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/compare_states.py" />
      <source>Unit grids that pass to another grid</source>
      <translation>易手的单元网格</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/compare_states.py" />
      <source>What passes from whom to whom</source>
      <translation>从谁到谁</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/copy_workspace.py" />
      <source>As a working copy, to be brought back</source>
      <translation>作为工作副本，以后带回</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/copy_workspace.py" />
      <source>Copy workspace</source>
      <translation>复制网格库</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/copy_workspace.py" />
      <source>Into a new file</source>
      <translation>复制到新文件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/copy_workspace.py" />
      <source>Or into a database</source>
      <translation>或复制到数据库</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/copy_workspace.py" />
      <source>Rows copied</source>
      <translation>复制的行数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/copy_workspace.py" />
      <source>Schema in the database</source>
      <translation>数据库中的模式</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/copy_workspace.py" />
      <source>Take personal contacts along</source>
      <translation>连同个人联系方式</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>Areas</source>
      <translation>区划</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>Areas of further levels</source>
      <translation>其他级别的区划</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>Both parts get new codes</source>
      <translation>两部分都启用新编码</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <location filename="../processing/algorithms/import_points.py" />
      <source>Code layout</source>
      <translation>编码方案</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>Column with area codes</source>
      <translation>区划代码列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Column with names</source>
      <translation>名称列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>Mend self-crossing boundaries</source>
      <translation>修正自相交的边界</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>Merge the pieces of one code</source>
      <translation>合并同一编码的几块</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>Name of the local frame, if it has no public parameters</source>
      <translation>地方坐标系名称（无公开参数时填写）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>New workspace</source>
      <translation>新建网格库</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>Object class that leads the codes (20-digit layout)</source>
      <translation>编码开头的管理服务对象代码（20 位方案）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>Reference system of the workspace</source>
      <translation>网格库坐标系</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>The larger part keeps the code</source>
      <translation>较大部分沿用原编码</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>When a unit grid is split</source>
      <translation>单元网格分割时</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/create_workspace.py" />
      <source>Workspace to make</source>
      <translation>新网格库</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/draw_lanes.py" />
      <source>Also a page for each lane to print (PDF)</source>
      <translation>同时为每条街巷印一页检查单（PDF）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/draw_lanes.py" />
      <source>Draw street-lanes for inspection</source>
      <translation>抽取检查街巷</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/draw_lanes.py" />
      <source>Folder for the sheet to print (xlsx)</source>
      <translation>检查表（xlsx）存放文件夹</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/draw_lanes.py" />
      <source>How many lanes (all if empty)</source>
      <translation>抽几条（留空为全部）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/draw_lanes.py" />
      <source>In proportion by</source>
      <translation>分层依据</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/draw_lanes.py" />
      <source>Kind of the inspection</source>
      <translation>检查类别</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/draw_lanes.py" />
      <source>Lanes drawn</source>
      <translation>抽中的街巷数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/draw_lanes.py" />
      <source>Random seed</source>
      <translation>随机种子</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/draw_lanes.py" />
      <source>Road class</source>
      <translation>道路等级</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Export package</source>
      <translation>导出成果包</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Folder and zip</source>
      <translation>文件夹和 zip 压缩包</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Folder for the package</source>
      <translation>成果包文件夹</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Formats of the layers</source>
      <translation>图层格式</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Hand over contacts that may be published</source>
      <translation>附上可公开的联系方式</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Hand-over sheet to sign</source>
      <translation>数据移交单（签字用）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Manifest</source>
      <translation>清单文件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Note to the receiver</source>
      <translation>给接收方的说明</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Package (zip)</source>
      <translation>成果包（zip）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Receiver profile (name, file or JSON text)</source>
      <translation>接收方要求（名称、文件或 JSON 文本）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Reference system of the package</source>
      <translation>成果包坐标系</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Release number</source>
      <translation>成果版本号</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Sheet of what changes for people</source>
      <translation>人员影响告知单</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Text encoding of shapefiles</source>
      <translation>shp 文字编码</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/export_package.py" />
      <source>Write the sheet only; hand nothing over</source>
      <translation>只写告知单，不移交</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <location filename="../processing/algorithms/validate.py" />
      <source>Buildings not to cut</source>
      <translation>不切开的建筑</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>Column of the compounds with grid kind</source>
      <translation>院落图层的网格类型列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>Column of the compounds with land use</source>
      <translation>院落小区的用地类别列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>Column of the compounds with management grade</source>
      <translation>院落图层的管理等级列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <location filename="../processing/algorithms/import_lanes.py" />
      <source>Column with road classes</source>
      <translation>道路等级列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <location filename="../processing/algorithms/import_lanes.py" />
      <source>Column with street names</source>
      <translation>道路名称列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>Compounds not to cut</source>
      <translation>不切开的院落小区</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>Draw unit grids from streets</source>
      <translation>按道路划分单元网格</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>New: only where there are no unit grids yet</source>
      <translation>新建：只划还没有单元网格的范围</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>Replace those that are there</source>
      <translation>替换范围内已有的</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>Road areas that become cells</source>
      <translation>单独成格的道路面</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>Smallest area of a unit grid (m²)</source>
      <translation>单元网格最小面积（平方米）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <location filename="../processing/algorithms/import_lanes.py" />
      <source>Streets</source>
      <translation>道路中心线</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>Target area of a unit grid (m²)</source>
      <translation>单元网格目标面积（平方米）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>Target areas by land use or grade (JSON text or file)</source>
      <translation>按用地或等级的目标面积（JSON 文本或文件）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <source>Unit grids drawn</source>
      <translation>划出的单元网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/generate_unit_grids.py" />
      <location filename="../processing/algorithms/import_lanes.py" />
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>What to do</source>
      <translation>方式</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_http.py" />
      <source>Login, as QGIS stores it</source>
      <translation>QGIS 保存的登录</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_http.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <source>Package</source>
      <translation>成果包</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_http.py" />
      <location filename="../processing/algorithms/handover/import_package.py" />
      <source>Packages</source>
      <translation>成果包</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_http.py" />
      <source>Rows in one request</source>
      <translation>每个请求的行数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_http.py" />
      <source>Rows sent</source>
      <translation>发送的行数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_http.py" />
      <source>Send to a web interface</source>
      <translation>发送到接收方接口</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_http.py" />
      <source>Web address of the interface</source>
      <translation>接口网址</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_postgis.py" />
      <source>Deliver to a front database</source>
      <translation>写入前置库</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_postgis.py" />
      <source>Front database</source>
      <translation>前置库</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_postgis.py" />
      <location filename="../processing/algorithms/handover/import_receipt.py" />
      <location filename="../processing/algorithms/handover/release_act.py" />
      <location filename="../processing/algorithms/handover/restore_release.py" />
      <source>Release (number)</source>
      <translation>成果版本号</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_postgis.py" />
      <source>Rows delivered</source>
      <translation>写入行数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/deliver_postgis.py" />
      <source>Schema of the front database</source>
      <translation>前置库的模式</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/import_package.py" />
      <source>Grid scheme, where the package does not say it</source>
      <translation>网格类别（成果包没有说明时）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/import_package.py" />
      <source>Import a package</source>
      <translation>导入成果包</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/import_package.py" />
      <source>Package (zip, or its folder)</source>
      <translation>成果包（压缩包或解压后的文件夹）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/import_package.py" />
      <source>Take over its unit grids where they are drawn otherwise</source>
      <translation>单元网格划分不同时，以成果包为准</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/import_receipt.py" />
      <source>Import a receipt</source>
      <translation>导入回执</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/import_receipt.py" />
      <source>Receipt of the receiver</source>
      <translation>接收方的回执</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/import_receipt.py" />
      <source>Rows that the receiver accepted</source>
      <translation>接收方收下的行数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/import_receipt.py" />
      <source>Rows that the receiver refused</source>
      <translation>接收方退回的行数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/release_act.py" />
      <source>Enter an answer about a release</source>
      <translation>登记成果答复</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/release_act.py" />
      <source>Remarks; of a rejection, the reason</source>
      <translation>备注；退回时写原因</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/handover/restore_release.py" />
      <source>Restore a release as a plan</source>
      <translation>恢复成果为方案</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_lanes.py" />
      <source>Import street-lanes</source>
      <translation>导入街巷</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_lanes.py" />
      <source>New: there are no street-lanes yet</source>
      <translation>新建：范围内还没有街巷</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_lanes.py" />
      <source>Street-lanes made</source>
      <translation>整理出的街巷数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_lanes.py" />
      <source>Update those that are there, add the others</source>
      <translation>更新已有的，补充新的</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <source>Column with classes</source>
      <translation>类别列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Column with numbers or codes</source>
      <translation>编号列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Column with the status</source>
      <translation>状态列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <source>Column with the time closed</source>
      <translation>结案时间列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <source>Column with the time reported</source>
      <translation>上报时间列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <source>Import cases</source>
      <translation>导入案件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <source>Import components</source>
      <translation>导入部件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <source>Kind of source, by the name under which its columns are kept</source>
      <translation>来源档案（按名称记住各列）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <source>Mark new cases that may have been reported twice as duplicates of the earlier ones</source>
      <translation>把可能重复上报的新案件标为先报那一件的重复</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <source>New rows</source>
      <translation>新增行数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <source>Source of cases of which no column says it</source>
      <translation>表里没写来源时，案件来源</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_points.py" />
      <location filename="../processing/algorithms/import_table.py" />
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Table or layer</source>
      <translation>表格或图层</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_table.py" />
      <source>Import staff and duty tables</source>
      <translation>导入部门、人员和权责</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>Column with grid codes</source>
      <translation>网格编码列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>Draft: may still change</source>
      <translation>草稿：还可以改</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>Import unit grids</source>
      <translation>导入单元网格</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>In use already: for ever</source>
      <translation>已在用：长期有效</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>Layers of a DXF with the boundaries</source>
      <translation>DXF 中网格边界的图层</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>New: only while the workspace has no unit grids</source>
      <translation>新增：网格库里还没有单元网格时</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>Only within this area (code)</source>
      <translation>只限此区划（代码）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>Repair the shapes</source>
      <translation>修复图形</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>Replace all of the area named below</source>
      <translation>替换：下面区划里的全部</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>State of the codes</source>
      <translation>编码状态</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>Unit grids taken</source>
      <translation>导入的单元网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/import_unit_grids.py" />
      <source>Update those with the same code</source>
      <translation>更新：编码相同的</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Cases on lanes</source>
      <translation>街巷上的案件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Cases on street-lanes</source>
      <translation>街巷案件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Checklist (key, JSON text or file; empty: the workspace's)</source>
      <translation>检查表（代号、JSON 文本或文件；留空用网格库的）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Day, where the file has none</source>
      <translation>检查日期（文件没有时）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Import lane inspections</source>
      <translation>导入街巷检查</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Inspections until</source>
      <translation>检查截至</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Judge street-lanes</source>
      <translation>认定街巷达标</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Kind, where the file has none</source>
      <translation>检查类别（文件没有时）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Kinds that decide (those of the checklist if none is chosen)</source>
      <translation>参与认定的类别（不选则按检查表）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Lanes with more cases than chance would give</source>
      <translation>案件偏多的街巷数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Results updated</source>
      <translation>更新的结果数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Standing of the street-lanes</source>
      <translation>街巷达标情况</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Street-lanes whose standing changes</source>
      <translation>达标情况有变化的街巷数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Table or survey layer of inspections</source>
      <translation>检查结果表或外业图层</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Write the lanes that addresses decide</source>
      <translation>写入按地址定下的街巷</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inspections.py" />
      <source>Write the standing into the workspace</source>
      <translation>写入街巷的达标情况</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/asked.py" />
      <location filename="../processing/algorithms/people/duty.py" />
      <location filename="../processing/parameters.py" />
      <source>Class codes that begin with</source>
      <translation>类别代码开头</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/asked.py" />
      <source>Only components in the state</source>
      <translation>只限这种状态</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/asked.py" />
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Only components of a department</source>
      <translation>只列某部门的部件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/asked.py" />
      <source>Only in areas (codes; the whole district if empty)</source>
      <translation>只限这些区域（代码；不填为全区）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/asked.py" />
      <source>Only with the state of ownership</source>
      <translation>只限这种权属状态</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/change.py" />
      <source>Components (codes with commas between them)</source>
      <translation>部件（标识码，逗号分隔）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/change.py" />
      <source>Components changed</source>
      <translation>变更的部件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/change.py" />
      <source>Components left as they are</source>
      <translation>没有变更的部件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/change.py" />
      <source>Since (today if empty)</source>
      <translation>从哪天起（留空为今天）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>Age of the survey</source>
      <translation>普查距今</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>Competent department</source>
      <translation>主管部门</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>Component counts</source>
      <translation>部件统计</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>Component inventory as tables</source>
      <translation>部件清查表</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>Component problems</source>
      <translation>部件问题</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>Component problems found</source>
      <translation>部件问题数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>Components counted</source>
      <translation>统计的部件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>Folder for the tables as workbooks</source>
      <translation>各表另存为工作簿的文件夹</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Layout of component codes</source>
      <translation>部件编码规则</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>Major class</source>
      <translation>大类</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>Newly gone since (the last import if empty)</source>
      <translation>新增丢失、废弃从哪天算起（不填为最近一次导入）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>Old and new codes side by side</source>
      <translation>新旧编码对照</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/count.py" />
      <source>State of ownership</source>
      <translation>权属状态</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Components in the survey</source>
      <translation>图层中的部件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Components taken over</source>
      <translation>写入的部件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Conflicts and rows not taken</source>
      <translation>没有写入的冲突和行数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Differences of the survey</source>
      <translation>普查差异</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Set them to abandoned</source>
      <translation>设为废弃</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Set them to missing</source>
      <translation>设为丢失</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/inventory/survey.py" />
      <source>Survey layer of components</source>
      <translation>导出部件普查图层</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>All lanes of an area (code)</source>
      <translation>一个街道或社区的全部街巷（区划代码）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>As usual for the role</source>
      <translation>按角色惯例</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Assign officers to street-lanes</source>
      <translation>安排街巷长</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Cases from</source>
      <translation>案件自</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Cases until</source>
      <translation>案件至</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>End posts of street-lane officers</source>
      <translation>终止街巷长岗位</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Export street-lane officers and their loads</source>
      <translation>导出街巷长名册和负担</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>From when on (today if empty)</source>
      <translation>自哪天起（留空为今天）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Joins them</source>
      <translation>并任</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Lanes (codes with commas between them)</source>
      <translation>街巷（编码，逗号分开）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Lanes left out</source>
      <translation>未安排的街巷数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Lanes with the new officer</source>
      <translation>新安排的街巷数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Last day (open if empty)</source>
      <translation>最后一天（留空为长期）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Numbers of the task letters (rule, none if empty)</source>
      <translation>任务书编号规则（留空不编号）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Only a section: from</source>
      <translation>只负责一段：起点</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Only a section: to</source>
      <translation>只负责一段：止点</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <location filename="../processing/algorithms/patrols.py" />
      <source>Only lanes of an area (code)</source>
      <translation>只要一个街道或社区的街巷（区划代码）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <location filename="../processing/algorithms/people/posts.py" />
      <source>Posts written</source>
      <translation>导出的岗位数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Takes the place</source>
      <translation>换人</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Who</source>
      <translation>人员</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Who holds the role there</source>
      <translation>原任</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_officers.py" />
      <source>Why those who are replaced go</source>
      <translation>原任离任原因</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>A file for each page</source>
      <translation>每页一个文件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Files</source>
      <translation>文件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Inspection sheets</source>
      <translation>检查单</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Kind of paper</source>
      <translation>材料种类</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Map approval number</source>
      <translation>审图号</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Officers of which day (today if left out)</source>
      <translation>哪一天的人员（不填为今天）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>One file with all pages</source>
      <translation>全部合成一个文件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Only these street-lanes or areas (codes)</source>
      <translation>只做这些街巷或区划（编码）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Pages made</source>
      <translation>制作页数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Papers of street-lanes</source>
      <translation>街巷材料</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Publicity signs</source>
      <translation>公示牌</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Publicity signs on A4</source>
      <translation>公示牌（A4）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/lane_papers.py" />
      <source>Weekly sheets of the officers</source>
      <translation>街巷长周报</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Colour, such as #1d4ed8</source>
      <translation>颜色，如 #1d4ed8</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Column with codes of unit grids, for rows without coordinates</source>
      <translation>单元网格编码所在的列（用于没有坐标的行）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Column with the due day</source>
      <translation>期限所在的列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Count ledgers by place</source>
      <translation>按地方统计台账</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Import a ledger</source>
      <translation>导入台账</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Items listed</source>
      <translation>在册条目</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Items overdue</source>
      <translation>超期条目</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Ledger (key; a new one makes a new ledger)</source>
      <translation>台账（代号；新代号会新建一本）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Ledger (key; all of them if empty)</source>
      <translation>台账（代号；留空为全部）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Ledgers by place</source>
      <translation>各地方的台账</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Name of the ledger</source>
      <translation>台账名称</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>Statuses that count as done (commas between)</source>
      <translation>算办结的状态（逗号隔开）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/ledgers.py" />
      <source>The file lists the whole ledger: what is missing is marked</source>
      <translation>文件是整本台账：没有列出的标为移出</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <source>By this day (today if empty)</source>
      <translation>到哪天（留空为今天）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <source>From (today if empty)</source>
      <translation>自（留空为今天）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <source>Gaps in lane patrols</source>
      <translation>街巷漏巡</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <source>Import lane patrols</source>
      <translation>登记街巷巡查</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <source>Lanes not walked for more days than</source>
      <translation>超过多少天没有人走</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <source>Lanes with gaps</source>
      <translation>有漏巡的街巷数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <source>Patrols planned</source>
      <translation>排定的巡查次数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <source>Plan lane patrols</source>
      <translation>排街巷巡查班</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <source>Until (the same day if empty)</source>
      <translation>至（留空为当天）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <source>Walks entered</source>
      <translation>登记的巡查次数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Weekdays, like 1-5 (every day if empty)</source>
      <translation>星期，如 1-5（留空为每天）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/patrols.py" />
      <source>Who walks (the council if none is chosen)</source>
      <translation>谁来走（不选为理事会）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Area (code; the whole district if empty)</source>
      <translation>区划（代码，留空为全区）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Basis</source>
      <translation>依据</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Cases open</source>
      <translation>立案数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Classes of (both if none is chosen)</source>
      <translation>类别属于（不选为两者）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Component (code)</source>
      <translation>部件（编码）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Components ruled</source>
      <translation>认定的部件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Department that acts meanwhile</source>
      <translation>先行处置单位</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Department that answers (nobody in particular if empty)</source>
      <translation>负责的部门（留空为不再指定）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Department that owns it</source>
      <translation>权属单位</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Duty rules written</source>
      <translation>写入的权责条目数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <location filename="../processing/parameters.py" />
      <source>Events</source>
      <translation>事件</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>In duty zones of the kind</source>
      <translation>在哪种责任区内</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Open a case about an owner</source>
      <translation>权属认定立案</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Opened on (today if empty)</source>
      <translation>立案日期（留空为今天）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Rule who owns a component</source>
      <translation>认定部件权属</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Ruled on (today if empty)</source>
      <translation>认定日期（留空为今天）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Set who answers for a class</source>
      <translation>设定哪类由谁负责</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/duty.py" />
      <source>Who claims it, or is said to own it (commas between them)</source>
      <translation>谁主张或被指为权属单位（用逗号分开）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Area (code; the county if empty)</source>
      <translation>区划（代码，留空为全区）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Classes and places without a rule</source>
      <translation>没有条目的数目</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Components on the sheet</source>
      <translation>会议单上的部件数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Gaps and disputes</source>
      <translation>空缺和争议</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Gaps and disputes listed</source>
      <translation>空缺和争议数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Gaps and disputes of the duty list</source>
      <translation>权责清单的空缺和争议</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Load per person</source>
      <translation>人员工作量</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Only an area (code; the whole district if empty)</source>
      <translation>只看一个区划（代码，留空为全区）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Only in the state</source>
      <translation>只列某种权属状态</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Open for more days than</source>
      <translation>超过多少天</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Places without anybody</source>
      <translation>空缺数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Posts and vacancies</source>
      <translation>岗位和空缺</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Posts and vacancies listed</source>
      <translation>列出的岗位和空缺数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Sheet for a meeting about owners</source>
      <translation>权属认定会议单</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>Staffing board as tables</source>
      <translation>人员看板列表</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/listed.py" />
      <source>With the rules of a grid scheme</source>
      <translation>连同某网格类别的条目</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/posts.py" />
      <source>A row for every place without a post</source>
      <translation>没有岗位的地方也各留一行</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/posts.py" />
      <source>Export posts</source>
      <translation>导出岗位</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/posts.py" />
      <source>Import posts</source>
      <translation>导入岗位</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/posts.py" />
      <source>Number of the export</source>
      <translation>导出编号</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/posts.py" />
      <source>Only changes since (a date, or “last”)</source>
      <translation>只导出自哪天起的变更（日期，或“上次”）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/posts.py" />
      <source>Posts of</source>
      <translation>岗位属于</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/posts.py" />
      <source>Posts taken</source>
      <translation>导入的岗位数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/posts.py" />
      <source>Table of posts</source>
      <translation>岗位表</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/posts.py" />
      <source>With a table of the persons</source>
      <translation>附人员表</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/posts.py" />
      <source>With telephone numbers</source>
      <translation>附上电话</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>A post at a</source>
      <translation>岗位设在</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Changes of grids since (all if empty)</source>
      <translation>自哪天起的网格变动（留空为全部）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Department takes the place of another</source>
      <translation>部门承接（机构改革）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Department that ends</source>
      <translation>终止的部门</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Department that takes its place</source>
      <translation>承接的部门</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Folder for the list of letters and signs to print again</source>
      <translation>重印清单的文件夹（任务书、公示牌）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Folder for the sheet to sign</source>
      <translation>签字表文件夹</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Hand over posts</source>
      <translation>岗位交接</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Its code</source>
      <translation>那里的编码</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Last day (today if empty)</source>
      <translation>最后一天（留空为今天）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Leave these proposals (post&gt;place, with commas between them)</source>
      <translation>不采纳的建议（岗位&gt;对象，逗号分开）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Let posts follow the ground</source>
      <translation>岗位随地调整</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Only these posts (ids with commas between them)</source>
      <translation>只交这些岗位（编号，逗号分开）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Posts (ids with commas between them)</source>
      <translation>岗位（编号，逗号分开）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Posts handed over</source>
      <translation>交接的岗位</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Posts that begin</source>
      <translation>新设的岗位数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Posts that end</source>
      <translation>终止的岗位数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Posts that follow</source>
      <translation>调整的岗位</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Put a person on a post</source>
      <translation>安排人员到岗位</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Rows changed</source>
      <translation>改动的行</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Who hands over</source>
      <translation>交出人</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Who hands over leaves</source>
      <translation>交出人离任</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>Who takes over</source>
      <translation>接手人</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>has left</source>
      <translation>离岗</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/people/staff.py" />
      <source>has retired</source>
      <translation>退休</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Adopt an alternative</source>
      <translation>采用划分方案</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Alternative (key)</source>
      <translation>划分方案（代号）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Change the rules of a grid scheme</source>
      <translation>修改网格类别的要求</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Colour of the outlines (such as #AA0000)</source>
      <translation>界线颜色（如 #AA0000）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Copy a grid scheme</source>
      <translation>复制网格类别</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Grid scheme or alternative to delete (key)</source>
      <translation>要删除的网格类别或划分方案（代号）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Grid scheme to copy (key)</source>
      <translation>要复制的网格类别（代号）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Its grids</source>
      <translation>责任网格</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Its grids are in one piece</source>
      <translation>责任网格连成一片</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Its grids are made of</source>
      <translation>责任网格由什么组成</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Its key once more, to confirm</source>
      <translation>再写一遍代号，以示确认</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Key of the new one</source>
      <translation>新代号</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Make an alternative of a grid scheme</source>
      <translation>做划分方案</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Responsibility grids adopted</source>
      <translation>采用后的责任网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Responsibility grids copied</source>
      <translation>复制的责任网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Responsibility grids deleted</source>
      <translation>删除的责任网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Responsibility grids made</source>
      <translation>建成的责任网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Schemes changed</source>
      <translation>修改的网格类别数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Title of the new one</source>
      <translation>新名称</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>Tolerated deviation of unit grids per grid (%)</source>
      <translation>每个责任网格单元数的允许偏差（%）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>in one piece</source>
      <translation>连成一片</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/schemes.py" />
      <source>may lie in pieces</source>
      <translation>可以分成几块</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Also as a new grid scheme (key)</source>
      <translation>同时建成新的网格类别（代号）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>An alternative of this grid scheme (key)</source>
      <translation>作为哪个网格类别的划分方案（代号）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Column with names of centres</source>
      <translation>服务中心名称列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Minutes on foot</source>
      <translation>步行时限（分钟）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Service centres (none: stations)</source>
      <translation>服务中心（不选则取工作站）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Service centres with figures</source>
      <translation>服务中心及其指标</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Service circles</source>
      <translation>便民服务圈</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Streets (none: street-lanes)</source>
      <translation>道路（不选则取街巷）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Unit grids beyond the minutes</source>
      <translation>超出时限的单元网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Unit grids by minutes on foot</source>
      <translation>按步行时间的单元网格</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Unit grids with a centre</source>
      <translation>有服务中心的单元网格数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/service_circles.py" />
      <source>Walking speed (metres per minute)</source>
      <translation>步行速度（米/分钟）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/take_back.py" />
      <source>Rows restored</source>
      <translation>恢复的记录数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/validate.py" />
      <source>Grid scheme (all of them if empty)</source>
      <translation>网格类别（留空检查全部）</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/validate.py" />
      <source>List of what was found</source>
      <translation>问题清单</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/validate.py" />
      <source>Streets that should be in lanes</source>
      <translation>应列入街巷的道路</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/who_is_responsible.py" />
      <source>Column with class codes</source>
      <translation>类别代码列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/who_is_responsible.py" />
      <source>Column with component codes</source>
      <translation>部件编码列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/who_is_responsible.py" />
      <source>Column with event or component</source>
      <translation>事件或部件列</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/who_is_responsible.py" />
      <source>Date and time asked about</source>
      <translation>查询时间</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/who_is_responsible.py" />
      <source>Points</source>
      <translation>点</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/who_is_responsible.py" />
      <source>Points answered</source>
      <translation>查到的点数</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/who_is_responsible.py" />
      <source>Who answers</source>
      <translation>查责</translation>
    </message>
    <message>
      <location filename="../processing/algorithms/who_is_responsible.py" />
      <source>Who is responsible</source>
      <translation>查责</translation>
    </message>
    <message>
      <location filename="../processing/base.py" />
      <source>1 Workspace</source>
      <translation>1 网格库</translation>
    </message>
    <message>
      <location filename="../processing/base.py" />
      <source>2 Grids</source>
      <translation>2 网格</translation>
    </message>
    <message>
      <location filename="../processing/base.py" />
      <source>3 Import</source>
      <translation>3 导入</translation>
    </message>
    <message>
      <location filename="../processing/base.py" />
      <source>4 Staff</source>
      <translation>4 人员</translation>
    </message>
    <message>
      <location filename="../processing/base.py" />
      <source>5 Analysis</source>
      <translation>5 分析</translation>
    </message>
    <message>
      <location filename="../processing/base.py" />
      <source>6 Check and hand-over</source>
      <translation>6 检查与移交</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Add new rows only</source>
      <translation>只收新的</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Area or office</source>
      <translation>区划</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>As the file says, else in metres</source>
      <translation>按文件自带坐标系，没有则为本库的米制坐标</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>As the kind of source says, else the file</source>
      <translation>按来源档案；档案没有则按文件自带坐标系</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>BD-09 (Baidu)</source>
      <translation>BD-09（百度）</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Column with X or longitude</source>
      <translation>X 坐标或经度列</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Column with Y or latitude</source>
      <translation>Y 坐标或纬度列</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Columns by name (JSON text or file)</source>
      <translation>列的对照（JSON 文本或文件）</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Find by itself</source>
      <translation>自动识别</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Formats (both if none is chosen)</source>
      <translation>文件格式（不选则两种都写）</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>GCJ-02 (Amap, Tencent)</source>
      <translation>GCJ-02（高德、腾讯）</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Kind of coordinates</source>
      <translation>坐标类型</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>List only the places of this layer (its codes, or what lies in it)</source>
      <translation>只列出这个图层里的地方（按编码，或落在面内）</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Longitude and latitude (CGCS2000 or WGS 84)</source>
      <translation>经纬度（CGCS2000 或 WGS 84）</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Never cross the boundary of a</source>
      <translation>不跨越谁的界线</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Only cases about</source>
      <translation>案件种类</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Replace files of the same name</source>
      <translation>替换同名文件</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Report</source>
      <translation>运行报告</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Reported from</source>
      <translation>上报日期起</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Reported until</source>
      <translation>上报日期止</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Rows that are there already</source>
      <translation>已有的行</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Station</source>
      <translation>工作站</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Tables</source>
      <translation>表格</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Text encoding</source>
      <translation>文字编码</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Update what is there already</source>
      <translation>更新已有的</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Workspace</source>
      <translation>网格库</translation>
    </message>
    <message>
      <location filename="../processing/parameters.py" />
      <source>Zone</source>
      <translation>片区</translation>
    </message>
    <message>
      <location filename="../project/expressions/functions.py" />
      <source>{names} (disputed)</source>
      <translation>{names}（有争议）</translation>
    </message>
    <message>
      <location filename="../project/expressions/functions.py" />
      <source>{name} ({role})</source>
      <translation>{name}（{role}）</translation>
    </message>
    <message>
      <location filename="../project/map/inspection_style.py" />
      <source>better than the month before</source>
      <translation>比上月好</translation>
    </message>
    <message>
      <location filename="../project/map/inspection_style.py" />
      <source>cases of this kind within a year</source>
      <translation>一年内有这类案件</translation>
    </message>
    <message>
      <location filename="../project/map/inspection_style.py" />
      <source>failed</source>
      <translation>不合格</translation>
    </message>
    <message>
      <location filename="../project/map/inspection_style.py" />
      <source>fell again after it was restored</source>
      <translation>恢复后又跌破</translation>
    </message>
    <message>
      <location filename="../project/map/inspection_style.py" />
      <source>fell below the standard</source>
      <translation>曾跌破</translation>
    </message>
    <message>
      <location filename="../project/map/inspection_style.py" />
      <source>neither better nor worse</source>
      <translation>不升不降</translation>
    </message>
    <message>
      <location filename="../project/map/inspection_style.py" />
      <source>not inspected</source>
      <translation>未检查</translation>
    </message>
    <message>
      <location filename="../project/map/inspection_style.py" />
      <source>passed</source>
      <translation>合格</translation>
    </message>
    <message>
      <location filename="../project/map/inspection_style.py" />
      <source>worse than the month before</source>
      <translation>比上月差</translation>
    </message>
    <message>
      <location filename="../project/map/inspection_style.py" />
      <location filename="../project/map/officer_style.py" />
      <source>{title} ({count})</source>
      <translation>{title}（{count}）</translation>
    </message>
    <message>
      <location filename="../project/map/officer_style.py" />
      <source>complete</source>
      <translation>齐全</translation>
    </message>
    <message>
      <location filename="../project/map/officer_style.py" />
      <source>more than {metres} m</source>
      <translation>超过 {metres} 米</translation>
    </message>
    <message>
      <location filename="../project/map/officer_style.py" />
      <source>never walked</source>
      <translation>从未巡查</translation>
    </message>
    <message>
      <location filename="../project/map/officer_style.py" />
      <source>not saved yet</source>
      <translation>尚未保存</translation>
    </message>
    <message>
      <location filename="../project/map/officer_style.py" />
      <source>not walked for more than {days} {days:day|days}</source>
      <translation>超过 {days} 天没有巡查</translation>
    </message>
    <message>
      <location filename="../project/map/officer_style.py" />
      <source>on leave or gone</source>
      <translation>请假或已离岗</translation>
    </message>
    <message>
      <location filename="../project/map/officer_style.py" />
      <source>up to {metres} m</source>
      <translation>{metres} 米以内</translation>
    </message>
    <message>
      <location filename="../project/map/officer_style.py" />
      <source>walked in the last {days} {days:day|days}</source>
      <translation>{days} 天内巡查过</translation>
    </message>
    <message>
      <location filename="../project/map/officer_style.py" />
      <source>walked, but not on every planned day</source>
      <translation>巡查过，但有漏巡</translation>
    </message>
    <message>
      <location filename="../project/map/officer_style.py" />
      <source>{names} and others</source>
      <translation>{names} 等</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>Agreed by</source>
      <translation>确认</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>Checked by</source>
      <translation>审核</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>Gives up</source>
      <translation>交出</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>Grid or lane</source>
      <translation>网格或街巷</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>In force from {day}; {since}; for {receiver}</source>
      <translation>自 {day} 起生效；{since}；接收方：{receiver}</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>Into other hands: {cases} open {cases:case|cases}, {components} {components:component|components}, {metres} m of lane; {persons} {persons:person|persons} and {departments} {departments:department|departments} are touched. The checks gave {warnings} {warnings:warning|warnings}; {exempted} {exempted:issue is|issues are} exempted.</source>
      <translation>换人负责的有未结案件 {cases} 件、部件 {components} 个、街巷 {metres} 米；涉及 {persons} 人、{departments} 个部门。检查有警告 {warnings} 条，豁免 {exempted} 条。</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>Metres of lane</source>
      <translation>街巷长度（米）</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>No unit grid changes.</source>
      <translation>单元网格没有变化。</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <location filename="../project/papers/meeting_sheet.py" />
      <source>No.</source>
      <translation>序号</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>People and duties</source>
      <translation>人员、岗位与权责</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>Signature</source>
      <translation>签字</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>Takes over</source>
      <translation>接手</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>Unit grids: {listed}</source>
      <translation>单元网格：{listed}</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>Values</source>
      <translation>内容</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <location filename="../project/papers/handover_sheet.py" />
      <source>____________ (to be filled in)</source>
      <translation>____________（待填写）</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>first release</source>
      <translation>首次移交</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>other people</source>
      <translation>人员变动</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>since {release}</source>
      <translation>与 {release} 相比</translation>
    </message>
    <message>
      <location filename="../project/papers/change_sheet.py" />
      <source>{district}: what changes for people in “{scheme}”</source>
      <translation>{district}“{scheme}”网格调整对人员的影响</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>Bytes</source>
      <translation>字节数</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>Changes are told since</source>
      <translation>变更的比较基准</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>Checks</source>
      <translation>检查情况</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>Content</source>
      <translation>内容</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>Content hash</source>
      <translation>内容校验值</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>Encoding of shapefiles</source>
      <translation>shp 文字编码</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>Handed over at</source>
      <translation>移交时间</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>Handed over by</source>
      <translation>移交人</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>Handed over by (signature, date)</source>
      <translation>移交人（签字、日期）</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>Received by (signature, date)</source>
      <translation>接收人（签字、日期）</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>SHA-256</source>
      <translation>SHA-256</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>none, it is the first</source>
      <translation>无（首次移交）</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>{district}: data hand-over sheet</source>
      <translation>{district}数据移交单</translation>
    </message>
    <message>
      <location filename="../project/papers/handover_sheet.py" />
      <source>{passed} passed, {failed} failed, {idle} not run; {warnings} {warnings:warning|warnings}, {exempted} {exempted:issue|issues} exempted</source>
      <translation>合格 {passed} 项，不合格 {failed} 项，未检查 {idle} 项；警告 {warnings} 处，豁免 {exempted} 处</translation>
    </message>
    <message>
      <location filename="../project/papers/meeting_sheet.py" />
      <source>Basis, signatures</source>
      <translation>依据、签字</translation>
    </message>
    <message>
      <location filename="../project/papers/meeting_sheet.py" />
      <source>Ruled to belong to</source>
      <translation>认定归属</translation>
    </message>
    <message>
      <location filename="../project/papers/meeting_sheet.py" />
      <source>{day}, {count} {count:component|components}</source>
      <translation>{day}，{count} 个部件</translation>
    </message>
    <message>
      <location filename="../project/papers/meeting_sheet.py" />
      <source>{district}: ownership to be ruled</source>
      <translation>{district}权属认定会议单</translation>
    </message>
    <message>
      <location filename="../project/project_file.py" />
      <source> (working copy)</source>
      <translation>（工作副本）</translation>
    </message>
  </context>
</TS>
