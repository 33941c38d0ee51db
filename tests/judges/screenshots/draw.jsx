// Draws stat and time-series panels of a dashboard JSON with Grafana's own components. The numbers are made up.
import 'uplot/dist/uPlot.min.css';
import '@fontsource/inter/latin-400.css';
import '@fontsource/inter/latin-500.css';
import React from 'react';
import { createRoot } from 'react-dom/client';
import { createTheme, toDataFrame, FieldType, ThemeContext, getDisplayProcessor } from '@grafana/data';
import { TimeSeries, BigValue, BigValueColorMode, BigValueGraphMode, BigValueJustifyMode } from '@grafana/ui';

const theme = createTheme({ colors: { mode: 'light' } });
const { panels, end } = window.DRAWN;
const from = end - 6 * 3600e3;
const times = Array.from({ length: 73 }, (_, n) => from + n * 300e3);
const CELL = 48, ROW = 34;

function frames(panel) {
  const shown = panel.targets.filter((t) => !t.hide);
  return shown.map((target) => toDataFrame({ refId: target.refId, fields: [
    { name: 'Time', type: FieldType.time, values: times },
    { name: target.label || target.legendFormat, type: FieldType.number, values: window.series(panel.title, target.label || target.legendFormat, times.length),
      config: {} } ] }));
}

function Panel({ panel }) {
  if (panel.type === 'row') {
    return <div style={{ position: 'absolute', left: 8, top: panel.gridPos.y * ROW + 8, fontSize: 15, fontWeight: 500 }}>{panel.title}</div>;
  }
  const { defaults, overrides } = panel.fieldConfig;
  const data = frames(panel);
  data.forEach((frame) => frame.fields.forEach((field, index) => {
    if (index) {
      const own = overrides.filter((one) => one.matcher.options === field.name).flatMap((one) => one.properties);
      field.config = { color: { mode: 'palette-classic' }, ...defaults, ...Object.fromEntries(own.map((one) => [one.id, one.value])) };
      field.state = { displayName: field.name, seriesIndex: data.indexOf(frame) };
    }
    field.display = getDisplayProcessor({ field, theme, timeZone: 'utc' });
  }));
  const width = panel.gridPos.w * CELL - 24, height = panel.gridPos.h * ROW - 44;
  const range = { from: { valueOf: () => from }, to: { valueOf: () => end }, raw: {} };
  let inner;
  if (panel.type === 'stat') {
    const field = data[0].fields[1];
    const numbers = field.values, calc = panel.options.reduceOptions.calcs[0];
    const value = calc === 'sum' ? numbers.reduce((a, b) => a + b, 0) : numbers[numbers.length - 1];
    inner = <BigValue width={width} height={height} theme={theme} value={field.display(value)} colorMode={BigValueColorMode.Value}
      graphMode={BigValueGraphMode.Area} justifyMode={BigValueJustifyMode.Auto}
      sparkline={{ x: data[0].fields[0], y: field, xMin: from, xMax: end }} />;
  } else {
    inner = <TimeSeries frames={data} width={width} height={height} timeRange={range} timeZone="utc" legend={panel.options.legend} />;
  }
  return <div style={{ position: 'absolute', left: panel.gridPos.x * CELL, top: panel.gridPos.y * ROW, width: panel.gridPos.w * CELL, height: panel.gridPos.h * ROW, padding: 4, boxSizing: 'border-box' }}>
    <div style={{ border: '1px solid #ddd', borderRadius: 3, height: '100%', padding: '6px 8px', boxSizing: 'border-box', background: '#fff' }}>
      <div style={{ fontSize: 14, fontWeight: 500, marginBottom: 6 }}>{panel.title}</div>{inner}</div></div>;
}

document.body.style.fontFamily = theme.typography.fontFamily;
// Text on a canvas does not wait for its font.
Promise.all([400, 500].map((weight) => document.fonts.load(`${weight} 12px Inter`))).then(() =>
  createRoot(document.getElementById('root')).render(
    <ThemeContext.Provider value={theme}><div>{panels.map((panel) => <Panel key={panel.id} panel={panel} />)}</div></ThemeContext.Provider>));
