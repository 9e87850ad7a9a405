import { ScatterChart } from 'echarts/charts';
import { use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';

use([ScatterChart, LabelLayout]);

/** The engine with what only a scatter chart needs. */
export { init } from './engine.ts';
